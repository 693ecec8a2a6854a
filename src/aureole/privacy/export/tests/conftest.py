from aureole.privacy.export.tests.story import desk_takes_part as desk_takes_part
from aureole.privacy.export.tests.story import package as package
from aureole.privacy.export.tests.story import story as story
