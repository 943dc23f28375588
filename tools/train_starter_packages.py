"""Trains the starter packages from the phrasebook and the lexicon: see docs/starter-packages.md.

    python -m tools.train_starter_packages prepare
    python -m tools.train_starter_packages learn into-en --minutes 90
    python -m tools.train_starter_packages learn from-en --minutes 90     # beside the other
    python -m tools.train_starter_packages pack
    python -m tools.train_starter_packages measure FILE      # JSON lines, one text a language

Everything on the way lies in one folder (--work). `learn` goes on from its last checkpoint, also
when `prepare` was run again in between.
"""

import argparse
import random
import shutil
import time
from pathlib import Path

import torch

from app.translation.engine import ArgosEngine
from tools.training.corpus import read_rows
from tools.training.course import Course, prepare
from tools.training.measuring import as_file, measured
from tools.training.packing import PAIRS, folder_of, write_packages
from tools.training.patterns import made, read_lexicon
from tools.training.zipping import pack

ROOT = Path(__file__).parents[1]
SEED, FRESH = 5, 200  # of sentences made to measure on


def learn(args: argparse.Namespace) -> None:
    course = Course(args.work, into_english=args.which == "into-en")
    course.run(end=time.time() + 60 * args.minutes, cooldown=60 * args.cooldown)


def pack_all(args: argparse.Namespace) -> None:
    folder = args.work / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    write_packages(args.work, folder)
    dice, lexicon = random.Random(SEED), read_lexicon()
    as_file(read_rows(args.work / "held.json"), args.work / "held.jsonl")
    as_file([made(lexicon, dice) for _ in range(FRESH)], args.work / "fresh.jsonl")
    for pair in PAIRS:
        unpacked = folder_of(folder, pair)
        pack(unpacked, args.out / f"{unpacked.name}.argosmodel")


def measure(args: argparse.Namespace) -> None:
    engine = ArgosEngine(args.work / "packages", max_models=len(PAIRS))
    for outcome in measured(engine, Path(args.which)):
        print(outcome.line(), flush=True)
        if args.show:
            print(*(" | ".join(told) for told in outcome.told), sep="\n")


STEPS = {"learn": learn, "pack": pack_all, "measure": measure}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("step", choices=["prepare", *STEPS])
    asked.add_argument("which", nargs="?", help="into-en or from-en; for measure, a file")
    asked.add_argument("--minutes", type=float, default=90)
    asked.add_argument("--cooldown", type=float, default=25, help="minutes of a falling rate")
    asked.add_argument("--show", action="store_true", help="print what was translated")
    asked.add_argument("--work", type=Path, default=ROOT / "build" / "starter")
    asked.add_argument("--out", type=Path, default=ROOT / "packages")
    args = asked.parse_args()
    torch.set_num_threads(1)  # two processes on two cores waste less than two threads
    args.work.mkdir(parents=True, exist_ok=True)
    if args.step == "prepare":
        prepare(args.work)
    else:
        STEPS[args.step](args)


if __name__ == "__main__":
    main()
