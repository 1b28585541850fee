"""mmcr curate beside its rivals, on labelled pictures in folders of classes: python3 curate_rivals.py PART ...; needs
numpy, scipy, scikit-learn and Pillow.

    labels      5 % of the labels are flipped: precision and recall of the flags and average precision of the ranking,
                beside cleanlab's published scores (self-confidence, normalised margin; flags by prune-by-noise-rate) on
                out-of-fold probabilities of scikit-learn's logistic regression and of 10 neighbours on the same features
    duplicates  copies of six kinds are planted: recall and precision of pairs, beside perceptual hashes (pHash as in
                imagehash: 32 x 32, DCT, median of 8 x 8) and the cosine of raw and of whitened features. A rival's
                threshold is the best one in hindsight: that of largest recall at a precision of 0.95
    subset      a tenth of the pictures and first parts of it, chosen by --subset and at random (5 draws): logistic
                regression on test pictures
    sheet       pairs of a curation on one PNG, to be looked at: SHEET.png CURATION.csv DATA OTHER [COUNT]; of another OTHER
                than DATA only the pairs across both

    python3 bench/curate_rivals.py labels --mmcr ./mmcr --run RUN --train train/ --out work/ [--seed 1]

--train and --test are folders of class folders of pictures. Files of an earlier call are used again, so that only the
commands whose results are missing run.
"""

import argparse
import csv
import io
import pathlib
import random
import shutil
import subprocess

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from scipy.fft import dctn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PENALTIES = [0.003, 0.01, 0.03, 0.1]  # C of the subset's classifier
KINDS = ["jpeg", "resized", "brighter", "contrast", "cropped", "mirrored"]


def files(folder):
    """Paths below a folder, as mmcr names pictures."""
    return sorted(str(p.relative_to(folder)) for p in pathlib.Path(folder).rglob("*") if p.suffix in (".jpg", ".png"))


def run(options, *arguments):
    subprocess.run([options.mmcr, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def features(options, data, name):
    """Features of pictures by name."""
    file = options.out / f"{name}.npy"
    if not file.exists():
        run(options, "embed", options.run, "--data", data, "--out", file, *options.extra)
    names = files(data)
    x = np.load(file)
    assert len(x) == len(names), (len(x), len(names))
    return names, x.astype(np.float64)


def curation(options, data, name, *arguments):
    folder = options.out / name
    if not (folder / "curation.csv").exists():
        run(options, "curate", data, "--run", options.run, "--out", folder, *arguments, *options.extra)
    with open(folder / "curation.csv", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def classifier(c=0.01, iterations=100):
    return make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=iterations))


def folds(seed):
    return StratifiedKFold(5, shuffle=True, random_state=seed)


def neighbour_probabilities(x, y, k=10):
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    p = np.zeros((len(x), y.max() + 1))
    for first in range(0, len(x), 1000):
        similar = unit[first : first + 1000] @ unit.T
        similar[np.arange(len(similar)), first + np.arange(len(similar))] = -2
        for i, row in enumerate(np.argpartition(-similar, k, axis=1)[:, :k]):
            np.add.at(p[first + i], y[row], 1 / k)
    return p


def margin(p, y):
    """Normalised margin, higher is worse."""
    label = p[np.arange(len(y)), y]
    other = p.copy()
    other[np.arange(len(y)), y] = -1
    return (1 + other.max(axis=1) - label) / 2


def prune_by_noise_rate(p, y):
    """Flags of confident learning (Northcutt et al. 2021) by the calibrated confident joint."""
    classes = p.shape[1]
    thresholds = np.array([p[y == c, c].mean() for c in range(classes)])
    sure = np.where(p >= thresholds, p, -1)
    confident = np.where(sure.max(axis=1) >= 0, sure.argmax(axis=1), -1)
    joint = np.zeros((classes, classes))
    for given, true in zip(y, confident):
        if true >= 0:
            joint[given, true] += 1
    joint *= np.bincount(y, minlength=classes)[:, None] / np.maximum(1, joint.sum(axis=1, keepdims=True))
    flagged = np.zeros(len(y), bool)
    for given in range(classes):
        for true in range(classes):
            members = np.flatnonzero(y == given)
            count = int(round(joint[given, true]))
            if given != true and count > 0:
                order = np.argsort(p[members, given] - p[members, true])
                flagged[members[order[:count]]] = True
    return flagged


def line(name, wrong, score, flags):
    hits = (flags & wrong).sum()
    print(f"| {name} | {average_precision_score(wrong, score):.3f} | {hits / max(1, flags.sum()):.3f} "
          f"| {hits / wrong.sum():.3f} | {flags.sum()} |", flush=True)


def labels(options):
    draw = random.Random(options.seed)
    folder = options.out / f"flipped-{options.seed}"
    classes = sorted({name.split("/")[0] for name in files(options.train)})
    if not folder.exists():
        for name in files(options.train):
            label, rest = name.split("/", 1)
            given = draw.choice([c for c in classes if c != label]) if draw.random() < 0.05 else label
            target = folder / given / f"{label}__{rest}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(options.train / name, target)
    names, x = features(options, folder, f"flipped-{options.seed}-x")
    y = np.array([classes.index(name.split("/")[0]) for name in names])
    true = np.array([next(c for c in range(len(classes)) if name.split("/")[1].startswith(classes[c] + "__")) for name in names])
    wrong = y != true
    rows = curation(options, folder, f"flipped-{options.seed}-curation")
    print(f"{len(names)} pictures, {wrong.sum()} labels flipped, seed {options.seed}")
    print("| method | average precision | precision | recall | flagged |\n|---|---|---|---|---|")
    ours = np.array([float(rows[name]["label_issue"]) for name in names])
    flags = np.array(["label" in rows[name]["flags"].split(";") for name in names])
    line("mmcr curate", wrong, ours, flags)
    right = np.array([rows[name]["suggested_label"] for name in names])
    hits = flags & wrong
    print(f"the suggested label is the true one for {np.mean([right[i] == classes[true[i]] for i in np.flatnonzero(hits)]):.3f}")
    found = {"logistic regression": cross_val_predict(classifier(), x, y, cv=folds(options.seed), method="predict_proba"),
             "10 neighbours": neighbour_probabilities(x, y)}
    for name, p in found.items():
        flags = prune_by_noise_rate(p, y)
        line(f"cleanlab, self-confidence, {name}", wrong, 1 - p[np.arange(len(y)), y], flags)
        line(f"cleanlab, normalised margin, {name}", wrong, margin(p, y), flags)


def changed(picture, kind, draw):
    width, height = picture.size
    if kind == "jpeg":
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=40)
        return Image.open(buffer).convert("RGB")
    if kind == "resized":
        return picture.resize((width * 3 // 4, height * 3 // 4), Image.Resampling.LANCZOS)
    if kind == "brighter":
        return ImageEnhance.Brightness(picture).enhance(1.3)
    if kind == "contrast":
        return ImageEnhance.Contrast(picture).enhance(0.6)
    if kind == "cropped":
        cut = [max(1, round(width * draw.choice([2, 3]) / 32)) for _ in range(4)]
        return picture.crop((cut[0], cut[1], width - cut[2], height - cut[3]))
    return ImageOps.mirror(picture)


def phash(picture):
    grey = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS), dtype=np.float64)
    low = dctn(grey, norm=None)[:8, :8]
    return (low > np.median(low)).ravel()


def best(pairs_true, i, j, score, wanted=0.95):
    """Recall, precision and threshold of the largest recall at a precision of at least `wanted`; higher scores first."""
    order = np.argsort(-score, kind="stable")
    hit = np.array([(a, b) in pairs_true for a, b in zip(i[order], j[order])])
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    last = np.append(score[order][1:] != score[order][:-1], True)
    fine = np.flatnonzero((precision >= wanted) & last)
    if len(fine) == 0:
        return 0.0, 1.0, float("nan"), set()
    end = fine[-1] + 1
    chosen = {(a, b) for a, b in zip(i[order][:end], j[order][:end])}
    return hit[:end].sum() / len(pairs_true), precision[end - 1], score[order][end - 1], chosen


def duplicates(options):
    draw = random.Random(options.seed)
    folder = options.out / f"planted-{options.seed}"
    originals = files(options.train)
    chosen = draw.sample(originals, min(504, len(originals) // 2))
    if not folder.exists():
        shutil.copytree(options.train, folder)
        for number, name in enumerate(chosen):
            kind = KINDS[number % len(KINDS)]
            label, rest = name.split("/", 1)
            picture = changed(Image.open(options.train / name).convert("RGB"), kind, draw)
            picture.save(folder / label / f"zz_{kind}_{rest.rsplit('.', 1)[0]}.png")
    names, x = features(options, folder, f"planted-{options.seed}-x")
    place = {name: i for i, name in enumerate(names)}
    kinds = {}
    for name in names:
        label, rest = name.split("/", 1)
        if rest.startswith("zz_"):
            _, kind, stem = rest[:-4].split("_", 2)
            original = next(place[f"{label}/{stem}{end}"] for end in (".jpg", ".jpeg", ".png") if f"{label}/{stem}{end}" in place)
            kinds[(original, place[name])] = kind
    truth = set(kinds)
    rows = curation(options, folder, f"planted-{options.seed}-curation", "--mirrored")
    ours = {tuple(sorted((place[name], place[row["duplicate_of"]]))) for name, row in rows.items() if row["duplicate_of"]}
    print(f"{len(names)} pictures, {len(truth)} planted, seed {options.seed}")
    print("| method | recall | precision | " + " | ".join(KINDS) + " |\n|---|---|---|" + "---|" * len(KINDS))

    def report(name, pairs, recall=None):
        by = [np.mean([pair in pairs for pair, one in kinds.items() if one == kind]) for kind in KINDS]
        print(f"| {name} | {len(pairs & truth) / len(truth):.3f} | {len(pairs & truth) / max(1, len(pairs)):.3f} | "
              + " | ".join(f"{one:.2f}" for one in by) + " |", flush=True)

    report("mmcr curate, fixed threshold", ours)
    with open(options.out / f"planted-{options.seed}-false.csv", "w") as out:
        out.write("path,duplicate_of,duplicate_in,duplicate_score\n")
        for name, row in rows.items():
            if row["duplicate_of"] and tuple(sorted((place[name], place[row["duplicate_of"]]))) not in truth:
                out.write(f"{name},{row['duplicate_of']},data,{row['duplicate_score']}\n")
    i, j = np.triu_indices(len(names), 1)
    pictures = [Image.open(folder / name).convert("RGB") for name in names]
    hashes = np.array([phash(p) for p in pictures], dtype=np.float32) * 2 - 1
    mirrored = np.array([phash(ImageOps.mirror(p)) for p in pictures], dtype=np.float32) * 2 - 1
    likeness = np.maximum(hashes @ hashes.T, np.maximum(hashes @ mirrored.T, mirrored @ hashes.T))
    centred = x - x.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(centred.T))
    white = centred @ vectors / np.sqrt(np.maximum(values, 0) + 0.1 * values.mean())
    rivals = {"pHash, also mirrored": likeness}
    for name, rows_ in (("cosine of features", x), ("cosine of whitened features", white)):
        unit = (rows_ / np.linalg.norm(rows_, axis=1, keepdims=True)).astype(np.float32)
        rivals[name] = unit @ unit.T
    for name, matrix in rivals.items():
        values = matrix[i, j]
        top = np.argsort(-values)[:20000]
        recall, precision, threshold, pairs = best(truth, i[top], j[top], values[top])
        report(f"{name}, best threshold {threshold:.3g}", pairs)


def subset(options):
    names, x = features(options, options.train, "train-x")
    tests, z = features(options, options.test, "test-x")
    classes = sorted({name.split("/")[0] for name in names})
    y = np.array([classes.index(name.split("/")[0]) for name in names])
    t = np.array([classes.index(name.split("/")[0]) for name in tests])
    count = len(names) // 10
    curation(options, options.train, "subset", "--subset", count)
    with open(options.out / "subset" / "subset.csv", newline="") as file:
        place = {name: i for i, name in enumerate(names)}
        chosen = [place[row["path"]] for row in csv.DictReader(file)]

    def accuracy(rows):
        """The penalty is chosen by three folds of the labelled pictures."""
        folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(x[rows], y[rows]))
        score = lambda c: sum(classifier(c, 300).fit(x[rows][a], y[rows][a]).score(x[rows][b], y[rows][b]) for a, b in folds)
        return 100 * classifier(max(PENALTIES, key=score), 300).fit(x[rows], y[rows]).score(z, t)

    print(f"{len(names)} pictures, {len(tests)} test pictures; linear probe, top-1 in %")
    print("| labelled | `--subset` | random, mean of 5 draws (range) |\n|---|---|---|")
    for first in [size for size in (100, 250, 500, 1000, 2000) if size < count] + [count]:
        draws = [accuracy(np.random.default_rng(seed).choice(len(names), first, replace=False)) for seed in range(5)]
        print(f"| {first:,} | {accuracy(np.array(chosen[:first])):.1f} | {np.mean(draws):.1f} ({min(draws):.1f} to {max(draws):.1f}) |",
              flush=True)
    print(f"| all {len(names):,} | | {accuracy(np.arange(len(names))):.1f} |")


def read(location, name):
    """A picture of a folder or of archive#folder."""
    import zipfile

    if "#" in str(location):
        archive, inner = str(location).split("#")
        with zipfile.ZipFile(archive) as opened:
            return Image.open(io.BytesIO(opened.read(f"{inner}/{name}"))).convert("RGB")
    return Image.open(pathlib.Path(location) / name).convert("RGB")


def sheet(options):
    target, table, data, other = options.rest[:4]
    count = int(options.rest[4]) if len(options.rest) > 4 else 100
    with open(table, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["duplicate_of"] and (data == other or row["duplicate_in"] == "against")]
    random.Random(options.seed).shuffle(rows)
    rows = sorted(rows[:count], key=lambda row: -float(row["duplicate_score"]))
    side, columns = 64, 10
    height = (len(rows) + columns - 1) // columns
    page = Image.new("RGB", (columns * (2 * side + 14), height * (side + 10)), "white")
    for n, row in enumerate(rows):
        at = n % columns * (2 * side + 14), n // columns * (side + 10)
        second = other if row["duplicate_in"] == "against" else data
        for k, (source, name) in enumerate(((data, row["path"]), (second, row["duplicate_of"]))):
            page.paste(read(source, name).resize((side, side), Image.Resampling.NEAREST), (at[0] + k * side, at[1]))
    page.save(target)
    print(f"{len(rows)} pairs, scores {rows[0]['duplicate_score']} to {rows[-1]['duplicate_score']}, rows of {columns}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["labels", "duplicates", "subset", "sheet"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--mmcr", default="./mmcr")
    parser.add_argument("--run")
    parser.add_argument("--train", type=pathlib.Path)
    parser.add_argument("--test", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("curate-rivals"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", default="")
    options = parser.parse_args()
    options.extra = ["--threads", options.threads] if options.threads else []
    options.out.mkdir(parents=True, exist_ok=True)
    {"labels": labels, "duplicates": duplicates, "subset": subset, "sheet": sheet}[options.part](options)


if __name__ == "__main__":
    main()
