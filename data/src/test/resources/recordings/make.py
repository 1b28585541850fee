"""Writes the recordings that the tests read: python make.py; needs numpy, scipy, h5py.

v5.mat by scipy.io.savemat. v73.mat by h5py as MATLAB lays it out: a user block with the header, axes in reversed order, texts of
a cell array as references to codes of UTF-16. array.h5 by h5py. units.nwb by h5py after the NWB 2 schema (units, trials), because
pynwb could not be had; its expected counts are numpy.histogram's. Every array is a function of its indices, so that an exchange
of axes shows.
"""
import json, os
import numpy as np, h5py
from scipy.io import savemat

HERE = os.path.dirname(os.path.abspath(__file__))
path = lambda name: os.path.join(HERE, name)
x = np.fromfunction(lambda i, j, k: 100 * i + 10 * j + k, (4, 3, 2))
labels = np.array([2, 1, 2, 1])
names = ["left", "right", "left", ""]

savemat(path("v5.mat"), {"x": x, "labels": labels, "half": x.astype(np.float32), "small": x.astype(np.int16), "flags": x > 200,
                         "names": np.array(names, dtype=object), "s": {"rates": x, "trial": {"y": labels}}, "z": x + 1j}, do_compression=True)
savemat(path("one.mat"), {"only": x})

def matlab(group, name, array, kind):
    d = group.create_dataset(name, data=np.asarray(array).T.copy()); d.attrs["MATLAB_class"] = np.bytes_(kind); return d
with h5py.File(path("v73.mat"), "w", userblock_size=512) as f:
    matlab(f, "x", x, "double"); matlab(f, "labels", labels.reshape(1, 4).astype(float), "double"); matlab(f, "small", x.astype(np.int16), "int16")
    g = f.create_group("s"); g.attrs["MATLAB_class"] = np.bytes_("struct"); matlab(g, "rates", x, "double")
    refs = f.create_group("#refs#"); cells = []
    for i, name in enumerate(names):
        if name: d = matlab(refs, chr(97 + i), np.array([[ord(c) for c in name]], dtype=np.uint16), "char"); d.attrs["MATLAB_int_decode"] = np.int32(2)
        else: d = refs.create_dataset(chr(97 + i), data=np.array([0, 0], dtype=np.uint64)); d.attrs["MATLAB_class"] = np.bytes_("char"); d.attrs["MATLAB_empty"] = np.uint8(1)
        cells.append(d.ref)
    d = f.create_dataset("names", data=np.array([cells], dtype=h5py.ref_dtype).T, dtype=h5py.ref_dtype); d.attrs["MATLAB_class"] = np.bytes_("cell")
with open(path("v73.mat"), "r+b") as f: f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Sun Nov 29 06:00:00 2026 HDF5 schema 1.00 .".ljust(124) + b"\x00\x02IM")

with h5py.File(path("array.h5"), "w") as f:
    g = f.create_group("session/day1")
    for name, options in (("plain", {}), ("zipped", {"compression": "gzip", "shuffle": True, "chunks": (2, 3, 1)}), ("lzf", {"compression": "lzf"})):
        g.create_dataset(name, data=x, **options)
    g.create_dataset("big", data=x.astype(">f4")); g.create_dataset("bytes", data=(x % 256).astype(np.uint8))
    g.create_dataset("labels", data=labels); g.create_dataset("names", data=names, dtype=h5py.string_dtype())
    g.create_dataset("fixed", data=np.array(names, dtype="S8")); g.create_dataset("flags", data=x > 200)
with h5py.File(path("one.h5"), "w") as f: f.create_dataset("deep/only", data=x); f.create_dataset("note", data="a text")

# NWB: eight trials of two stimuli, one of which has no event; three units, the last of them silent.
rng = np.random.default_rng(3); units, trials = 3, 8
start = np.arange(trials) * 2.0 + 1; go = start + .25; go[5] = np.nan
spikes = [np.sort(rng.uniform(0, 18, n)) for n in (150, 90, 0)]
edges = np.round(np.arange(-.2, .8001, .25), 10)
counts = [[(np.histogram(s - t, bins=edges)[0] if np.isfinite(t) else np.full(4, np.nan)).tolist() for s in spikes] for t in go]
with h5py.File(path("units.nwb"), "w") as f:
    f.attrs["nwb_version"] = "2.7.0"
    u = f.create_group("units"); u.attrs["colnames"] = ["spike_times"]; u.attrs["neurodata_type"] = "Units"
    u.create_dataset("id", data=np.arange(units)); u.create_dataset("spike_times", data=np.concatenate(spikes))
    u.create_dataset("spike_times_index", data=np.cumsum([len(s) for s in spikes]).astype(np.uint8))
    t = f.create_group("intervals/trials"); t.attrs["colnames"] = ["start_time", "stop_time", "go_cue", "stimulus"]; t.attrs["neurodata_type"] = "TimeIntervals"
    t.create_dataset("id", data=np.arange(trials)); t.create_dataset("start_time", data=start); t.create_dataset("stop_time", data=start + 1.5)
    t.create_dataset("go_cue", data=go); t.create_dataset("stimulus", data=["grating", "face"] * 4, dtype=h5py.string_dtype())
json.dump({"from": -.2, "to": .8, "bin": .25, "counts": [[[None if v != v else v for v in unit] for unit in trial] for trial in counts]}, open(path("units.json"), "w"))
