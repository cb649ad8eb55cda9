"""The language model in a quarter of its memory: it answers as the library does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from extractors.language import load_model

ROOT = Path(__file__).parents[2]

MOST_GROWN_MB = 50
"""Measured: 34; the library's own loading takes 104."""

TEXTS = (
    "The council of the river town voted on Tuesday to repair the old bridge, which had been closed since the spring.",
    "the COUNCIL",
    "СОВЕТ РЕЧНОГО ГОРОДА",
    "Совет речного города проголосовал за ремонт старого моста, закрытого с весны.",
    "Съветът на крайречния град гласува за ремонт на стария мост, затворен от пролетта.",
    "شورای شهر به تعمیر پل قدیمی رأی داد.",
    "नदी के किनारे बसे शहर की परिषद ने पुराने पुल की मरम्मत के लिए मतदान किया।",
    "Cafe\u0301 de la ville",
    "市议会投票决定修复旧桥。",
    "НАТО",
    "12345",
    "a",
    "",
    "\ud800 bridge \x00",
    "😀" * 50,
    "word " * 500,
)


@pytest.fixture(scope="module")
def library() -> LanguageIdentifier:
    """The library's own reading of its file."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(set(load_model().languages)))
    return identifier


@pytest.mark.parametrize("text", TEXTS)
def test_it_answers_as_the_library_does(library, text):
    assert load_model().rank(text) == pytest.approx(dict(library.rank(text)), abs=1e-4)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak")
def test_it_is_loaded_in_a_third_of_the_library_s_memory():
    program = (
        "import extractors.articles\n"
        "from pathlib import Path\n"
        "from extractors.language import load_model\n"
        "print(Path('/proc/self/status').read_text())\n"
        "load_model()\n"
        "print(Path('/proc/self/status').read_text())\n"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    before, after = (int(peak) / 1024 for peak in re.findall(r"VmHWM:\s+(\d+) kB", told.stdout))
    assert after - before < MOST_GROWN_MB
