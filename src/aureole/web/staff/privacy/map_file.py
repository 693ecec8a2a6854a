"""The drawing of the data map as a file of its own: with what it needs to look the same in any program."""

from __future__ import annotations

_LOOK = """
text{font:14px system-ui,sans-serif;fill:#1b1f24}
.sub{font-size:12px;fill:#57606a}
.band,.head{font-weight:600}
.fig{font-variant-numeric:tabular-nums}
.region{fill:#eef1f4}
.store{fill:#fff;stroke:#8c959f}
.flow{fill:none;stroke:#8c959f}
.cap{stroke:#6b3fa0}
.spine,.hair{stroke:#d0d7de;fill:none}
.dot{fill:#57606a}
svg.mapseal{color:#6b3fa0}
"""


def as_svg_file(drawn: str) -> str:
    """`drawn` is the svg element of the page; its colours come from the page's style sheet, so they are added."""
    return drawn.strip().replace("<title", f"<style>{_LOOK}</style><title", 1) + "\n"
