"""Charts as PNG. What draws them, and its font, is an extra; it knows no dark theme, and so draws the light one."""

from importlib import import_module
from pathlib import Path

ZOOM = 2  # pixels a px, so that a picture is sharp in print and on fine screens
WEIGHTS = ("Regular", "Bold")


class RasterError(Exception):
    """A library is not installed; the message says which, and how to install it."""


def png(svg: str) -> bytes:
    """A chart as PNG. Only the font of the extra is used, so that it looks the same on any machine.

    Raises RasterError if the extra is not installed.
    """
    try:
        rasterizer, font = import_module("resvg_py"), import_module("font_roboto")
    except ImportError as error:
        raise RasterError(f"PNG needs the library {error.name}: pip install 'chithi[png]'") from error
    folder = Path(str(font.__file__)).parent / "files"
    fonts = [str(folder / f"Roboto-{weight}.ttf") for weight in WEIGHTS]
    options = {"font_files": fonts, "skip_system_fonts": True, "sans_serif_family": "Roboto", "zoom": ZOOM}
    return bytes(rasterizer.svg_to_bytes(svg_string=svg, **options))
