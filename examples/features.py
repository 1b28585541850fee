# The five pictures most similar to the first; needs NumPy. Run where `mmcr embed --out features.npy` wrote its files.
import csv, numpy
features, rows = numpy.load("features.npy"), list(csv.DictReader(open("features.csv", encoding="utf-8")))
unit = features / numpy.linalg.norm(features, axis=1, keepdims=True)
for row in numpy.argsort(-unit @ unit[0], kind="stable")[:5]:
    print(rows[row]["path"], rows[row]["label"], float(unit[row] @ unit[0]), sep="\t")
