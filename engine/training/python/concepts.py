"""Which trained word stands for a word that no caption has: the nearest in meaning by WordNet, by what people call a colour, or by its vector.

usage: concepts.py --world PATH [--wordnet DIR] [--work train-work]      writes them into WORK/text_table.pt, from which export.py makes concepts.txt
reads WORK/latents, too: a word that counts as trained and that hardly a clip has is forgotten, and read as another like those.
Answered are the words of the table and of the world that were never trained, those of `words_more.txt`, names of colours, and all words that WordNet has counted
in a text. The vectors of a sentence encoder know that a sparrow is a bird, but not that scarlet is a red: to it, red and green are alike. WordNet
(Princeton, its own free licence; Debian's wordnet-base) knows kinds, and the colour names of the xkcd survey (CC0) and of CSS, as matplotlib lists them, have numbers. The weights of
the steps were set by hand, on trained words that were taken out and on the held-out synonyms: no caption has those, but whoever set the weights had read them.
"""

import argparse
import heapq
import math
import os
import re
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F

import world
from text_table import rows_for

WORDNET = Path("/usr/share/wordnet")
SENSE = 0.5  # cost of every sense before the one that is meant
SELDOM_NOUN = 1.0  # of the noun senses of a word that texts have as an adjective at least as often
INFLECTED = 0.3
KIND, KIND_OF_COMMON = 1.0, 0.4  # a step up, and one from one of the first two senses of a noun
SPECIMEN, SIMILAR = 1.5, 1.0  # a step down; one to a similar or derived word
FAR = 5.0  # no way is longer
ALIKE = 2.0  # how much less a way costs for a cosine of 1
COST_MAX, COST_SURE = 1.7, -0.9
COLOUR_COST_MAX = 2.0  # without the cosine, which is high for any two colours
COSINE_SURE, COSINE_MIN = 0.7, 0.5
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "brown", "black")
NEIGHBOURS = 5
GREY_MAX, LIGHT_MIN = 12.0, 60.0  # chroma and lightness
# Trained words that say nothing alone, which the engine has a list of.
GRAMMAR = set((Path(__file__).parents[2] / "src/models/mini/grammar.txt").read_text().split())
# Trained words that say little, colours' second names, and what becomes smaller rather than is: nothing is read as these.
VAGUE = GRAMMAR | set(
    "smaller bigger larger sized above object shape place piece pieces clip video picture good move moves moving goes gets getting becomes becoming figure"
    " two three left right look looking seen see sees short middle air together set style hazel chestnut rosy tangerine emerald golden azure crimson violet grey blond".split()
)
# Vectors of adverbs, exclamations and the like crowd around these.
CROWDED = {"still", "surprised", "amazed", *COLOURS}
# Words that only hold others together: WordNet has nouns that are spelt like some of them.
FUNCTION = GRAMMAR | set(
    "about above all also although always am any are because been before being below both but could did do doing done each either else even ever every few"
    " had has have having her here hers him his how however if its just let like many may me might mine more most much must my neither never nor now off often"
    " only onto or other others our ours out own per perhaps quite rather same shall she should since so some soon such than their theirs them then these they"
    " those though thus till too toward until unless upon us very via were what when where whether which who whom whose why will within without would yet your"
    " yours don didn isn wasn weren couldn wouldn ain won"
    # Common words whose nearest sense is another: a camera that moves does not walk, and nothing nice is sad.
    " best classic early move moves moving nice past".split()
)
SAID_MIN = 20  # clips that a word must be said of to count as trained
LETTERS_MIN = 3  # what an apostrophe leaves over, such as re and ve, is no word
# Usage domains of WordNet whose words are read as nothing: disparagement, ethnic slur, obscenity; and words that it does not mark.
UNFIT_USAGE = {"n06717170", "n06718862", "n07124340"}
UNFIT = set("hitler nazi nazis suicide rape rapist retarded negro".split())
ENDINGS = [
    ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"), ("es", "e"), ("es", ""),
    ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", ""), ("er", "e"), ("est", ""), ("ly", ""),
]  # fmt: skip
# Where WordNet's first senses are others: it knows a guy to be a cat, and a tiger to be a fierce person; a dog is more like a cat than like a fish, and the
# vector of small is nearest to that of large.
CORRECTED = {
    "small": "little", "guy": "person", "tiger": "cat", "dog": "cat", "dogs": "cat", "puppy": "kitten", "floating": "swimming",
    "talk": "says", "talks": "says", "talking": "saying", "speak": "says", "speaks": "says", "speaking": "saying",
}  # fmt: skip
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


def lab(rgb: tuple) -> tuple:
    """CIE L*a*b* (D65) of sRGB 0..1."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
    weights = ((0.4124, 0.3576, 0.1805, 0.95047), (0.2126, 0.7152, 0.0722, 1.0), (0.0193, 0.1192, 0.9505, 1.08883))
    xyz = [sum(a * b for a, b in zip(linear, row)) / row[3] for row in weights]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def shades() -> dict:
    """Names of one word -> one of the ten colours: what most of the nearest shades are called, such as dark purple, light purple and grape."""
    from matplotlib.colors import CSS4_COLORS, XKCD_COLORS, to_rgb

    named = {name.removeprefix("xkcd:"): lab(to_rgb(shade)) for name, shade in {**CSS4_COLORS, **XKCD_COLORS}.items()}
    called = [(name.split()[-1], at) for name, at in named.items() if name.split()[-1] in COLOURS]
    out = {}
    for name, here in named.items():
        if re.fullmatch("[a-z]+", name) and name not in COLOURS:
            near = heapq.nsmallest(NEIGHBOURS, called, key=lambda one: math.dist(here, one[1]))
            hue = Counter(colour for colour, _ in near).most_common(1)[0][0]
            out[name] = hue if math.hypot(*here[1:]) > GREY_MAX else "white" if here[0] >= LIGHT_MIN else "black"
    return out


class WordNet:
    """Synsets by word, and the ways between them, from WordNet's database files (wndb(5WN), wninput(5WN))."""

    def __init__(self, folder: Path = WORDNET):
        self.senses_of, self.ways, self.irregular, self.counted = {}, {}, {}, set()
        self.times = Counter()  # (word, part) in the texts that WordNet has counted
        for line in (folder / "cntlist.rev").read_text().splitlines():
            key, _, times = line.split()
            word, kind = key.split("%")
            self.times[word, "nvara"[int(kind[0]) - 1]] += int(times)
        for part, letter in PARTS.items():
            for fields in self.rows(folder / f"data.{part}"):
                start = 4 + 2 * int(fields[3], 16)
                pointers = fields[start + 1 : start + 1 + 4 * int(fields[start])]
                ways = [(kind, {"s": "a"}.get(to, to) + at) for kind, at, to in zip(*(pointers[i::4] for i in range(3)))]
                self.ways[letter + fields[0]] = ways
            for fields in self.rows(folder / f"index.{part}"):
                offsets = fields[-int(fields[2]) :]
                self.senses_of.setdefault(fields[0], []).extend((letter + at, rank) for rank, at in enumerate(offsets))
                if int(fields[-int(fields[2]) - 1]) and re.fullmatch("[a-z]{2,}", fields[0]):
                    self.counted.add(fields[0])
            for fields in self.rows(folder / f"{part}.exc"):
                self.irregular.setdefault(fields[0], []).extend(fields[1:])

    @staticmethod
    def rows(path: Path):
        """The fields of every line but those of the licence, without the glosses."""
        return (line.split("|")[0].split() for line in path.read_text().splitlines() if not line.startswith("  "))

    def bases(self, word: str) -> list:
        """The word itself, and what it may be a form of."""
        out = [word, *self.irregular.get(word, [])]
        for ending, instead in ENDINGS:
            if word.endswith(ending):
                stem = word[: len(word) - len(ending)]
                out.append(stem + instead)
                if len(stem) > 3 and stem[-1] == stem[-2]:
                    out.append(stem[:-1])
        return [base for base in dict.fromkeys(out) if base in self.senses_of]

    def senses(self, word: str) -> dict:
        """Synset -> cost."""
        out = {}
        for base in self.bases(word):
            for synset, rank in self.senses_of[base]:
                cost = SENSE * rank + (INFLECTED if base != word else 0.0)
                out[synset] = min(cost, out.get(synset, cost))
        return out

    def is_unfit(self, word: str) -> bool:
        """Whether WordNet says of any sense of it that it is used to hurt, or obscene."""
        return any(kind == ";u" and to in UNFIT_USAGE for synset in self.senses(word) for kind, to in self.ways[synset])

    def is_adjective(self, word: str) -> bool:
        """Whether the texts that were counted have it as an adjective at least as often as as a noun."""
        base = next(iter(self.bases(word)), None)
        return any(at[0] == "a" for at, _ in self.senses_of.get(base, [])) and self.times[base, "a"] >= self.times[base, "n"]

    def near(self, word: str, targets: dict) -> dict:
        """Target word -> the least cost of a way: up through kinds, then at most one other step. `targets` are words by synset."""
        seldom = SELDOM_NOUN if self.is_adjective(word) else 0.0
        senses = {at: cost + (seldom if at[0] == "n" else 0.0) for at, cost in self.senses(word).items()}
        starts = [(cost, at, True, at[0] == "n" and cost < 2 * SENSE, 0) for at, cost in senses.items() if cost <= 4 * SENSE]
        heapq.heapify(starts)
        found, seen = {}, set()
        while starts:
            cost, at, climbs, common, steps = heapq.heappop(starts)
            if cost > FAR or (at, climbs, common) in seen:
                continue
            seen.add((at, climbs, common))
            for target, more in targets.get(at, []):
                found[target] = min(cost + more, found.get(target, FAR + 1))
            for kind, to in self.ways[at] if climbs else []:
                if kind in ("@", "@i"):  # a kind of, an instance of
                    heapq.heappush(starts, (cost + (KIND_OF_COMMON if common else KIND), to, True, common, steps + 1))
                elif kind == "~" and steps <= 1:
                    heapq.heappush(starts, (cost + SPECIMEN, to, False, False, steps))
                elif kind in ("&", "+", "\\", "=", "^") and steps == 0:  # similar, derived, pertaining to, attribute, see also
                    heapq.heappush(starts, (cost + SIMILAR, to, False, False, steps))
        return found


class Concepts:
    """Answers which trained word another is read as."""

    def __init__(self, trained: list, net: WordNet, named: dict):
        self.trained = [word for word in trained if word not in VAGUE]
        self.net, self.shades, self.targets = net, named, {}
        for word in self.trained:
            for synset, cost in self.net.senses(word).items():
                if cost < 6 * SENSE:
                    self.targets.setdefault(synset, []).append((word, cost / 2))

    def of(self, word: str, cosines: dict) -> str | None:
        """The trained word, or none if nothing is near; `cosines` are those of the word's vector with the trained ones'."""
        if len(word) < LETTERS_MIN or word in FUNCTION or word in UNFIT or self.net.is_unfit(word):
            return None
        alike, nearest = max((cosines[other], other) for other in self.trained if other not in CROWDED)
        if alike >= COSINE_SURE:
            return nearest
        ways = self.net.near(word, self.targets)
        cost, target = min(((cost - ALIKE * cosines[other], other) for other, cost in ways.items()), default=(FAR, None))
        if word in self.shades and cost > COST_SURE and not (target in COLOURS and ways[target] <= COLOUR_COST_MAX):
            return self.shades[word]
        if cost <= COST_MAX:
            return target
        return nearest if alike >= COSINE_MIN else None


def inflected(listed: list, found: dict, known: set, net: WordNet) -> dict:
    """Words without a concept of their own that are forms of one that has: lions of lion."""
    out = {}
    for word in listed:
        if word not in found and word not in FUNCTION | UNFIT and len(word) >= LETTERS_MIN and not net.is_unfit(word):
            bases = (base for base in net.bases(word) if base in found or base in known - VAGUE)
            if base := next(bases, None):
                out[word] = found.get(base, base)
    return out


def forgotten_of(work: Path, words: list, count: int) -> list:
    """Of the first `count` words those that fewer than SAID_MIN clips of WORK/latents have."""
    said = torch.zeros(len(words), dtype=torch.long)
    for path in sorted((work / "latents").glob("*.pt")):
        for parts in torch.load(path, weights_only=True, mmap=True).values():
            for ids in parts["ids"]:
                said[ids[ids > 0].long().unique()] += 1
    return [words[row] for row in range(1, count) if said[row] < SAID_MIN]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help="the folder with data.noun and the like")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    state = torch.load(args.work / "text_table.pt", weights_only=True)
    words, table, count = state["words"], state["table"], state["trained"]
    net, named = WordNet(args.wordnet), shades()
    more = (Path(__file__).parent / "words_more.txt").read_text().split()
    listed = [*words[1:], *world.words(args.world), *more, *sorted(named), *sorted(net.counted)]
    forgotten = forgotten_of(args.work, words, count)
    known, there = set(words[:count]) - set(forgotten), set(words)
    listed = [word for word in dict.fromkeys(listed) if word not in known]
    new = [word for word in listed if word not in there]
    vectors = dict(zip([*words, *new], F.normalize(torch.cat([table, rows_for(new, words, table)]), dim=1)))

    concepts, found = Concepts([word for word in words[1:count] if word in known], net, named), {}
    trained = torch.stack([vectors[word] for word in concepts.trained])
    for word in listed:
        cosines = dict(zip(concepts.trained, (trained @ vectors[word]).tolist()))
        if (concept := concepts.of(word, cosines)) is not None:
            found[word] = concept
    found |= {word: concept for word, concept in CORRECTED.items() if concept in known and word not in known}
    found |= inflected(listed, found, known, net)
    print(f"{len(found)} of {len(listed)} words have a concept, {len(set(found.values()))} concepts are used; forgotten: {' '.join(forgotten)}")
    torch.save(state | {"concepts": found, "forgotten": forgotten}, args.work / "text_table.pt")


if __name__ == "__main__":
    main()
