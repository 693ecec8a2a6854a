from aureole.privacy.models.erasure import Erasure, ErasureState
from aureole.privacy.models.export_package import ExportPackage

__all__ = ["Erasure", "ErasureState", "ExportPackage"]
