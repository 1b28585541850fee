#!/usr/bin/env python3
"""Validates mmcr plan: coverage of its intervals on held-out configurations, and its recipe against random search.

Usage: plan_validation.py --mmcr ./mmcr --train DATA --test DATA --minutes B [--neighbours DATA] [--configurations 20]
                          [--candidates 8] [--first-seed 0] [--options="--recipe demo"] [--unlabelled DATA] --out DIR

For each seed, mmcr plan makes predictions for its candidates at B minutes. Some are then trained for B minutes and
measured by kNN (k = 20) on the test data, until --configurations of them are done over all seeds. A plan measures up to
1,000 samples among up to 1,000: --test and --neighbours should be as many, or accuracies are not comparable. Reported:

  coverage    fraction of trained candidates whose accuracy and percent error are inside their 80 % intervals
  recipe      accuracy of the recommended candidates, and of a random search of about equal cost: a plan and a training
              take 1.1 B minutes, in which a random search can train one candidate

With --unlabelled, the training data without their labels, a second plan ranks the same candidates by InfoNCE. Its
recommended candidate is trained, too, and the coverage of the InfoNCE of 1,000 samples (--neighbours) is reported.

It takes about --configurations times B minutes, on a machine that does nothing else. Finished trainings are kept in DIR
and not repeated. Needs Python 3.8 and nothing else.
"""
import argparse
import json
import pathlib
import random
import shlex
import subprocess


def run(command):
    """Runs a command and returns the JSON document that it prints."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return json.loads(done.stdout)


def kept(file, make):
    """The document in a file; made and written if the file does not exist."""
    if not file.exists():
        document = make()
        beside = file.with_suffix(".tmp")
        beside.write_text(json.dumps(document))
        beside.rename(file)
    return json.loads(file.read_text())


def train(options, folder, settings, seed):
    """Trains a candidate for the budget; returns its accuracy and percent error at the end."""
    run([options.mmcr, "pretrain", options.train, "--out", folder, "--minutes", options.minutes, "--seed", seed,
         "--batch", settings["batch"], "--dimension", settings["dimension"], "--views", settings["views"],
         "--width", settings["width"], "--learning-rate", settings["learning_rate"], "--no-pictures", "--json",
         *shlex.split(options.options)])
    steps = [json.loads(line)["percent_error"] for line in (folder / "metrics.jsonl").read_text().splitlines()]
    last = steps[-max(1, len(steps) // 10):]
    document = run([options.mmcr, "evaluate", folder, "--train", options.neighbours or options.train,
                    "--test", options.test, "--no-baselines", "--no-pictures", "--json"])
    trained = next(subject for subject in document["subjects"] if subject["name"] == "trained")
    knn = next(protocol for protocol in trained["protocols"] if protocol["name"] == "knn20")
    return {"accuracy": knn["score"]["top1"], "percent_error": sum(last) / len(last),
            "infonce": infonce(options, folder) if options.unlabelled else None}


def infonce(options, folder):
    """InfoNCE between two views of the neighbours, after the projector, in nats."""
    views = folder / "views.npy"
    subprocess.run([options.mmcr, "embed", folder, "--data", options.neighbours or options.train, "--views", "2",
                    "--out", views, "--no-cache"], check=True, capture_output=True)
    return run([options.mmcr, "analyze", views, "--views", "2", "--json"])["infonce"]


def predict(options, file, data, seed):
    """A plan for some data, kept in a file."""
    return kept(file, lambda: run(
        [options.mmcr, "plan", *data, "--minutes", options.minutes, "--seed", seed, "--candidates", options.candidates,
         "--json", *shlex.split(options.options)]))


def report(name, pairs):
    """Prints the accuracies of recommended and of random candidates."""
    print(f"accuracy of the candidate recommended {name}, and of a random one of equal cost:")
    for recommended, other in pairs:
        print(f"  {recommended:.4f} {other:.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mmcr", "train", "test", "minutes", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--neighbours", help="labelled data whose samples are the neighbours; default: --train")
    parser.add_argument("--unlabelled", help="the training data without labels, for plans by InfoNCE")
    parser.add_argument("--options", default="", help="further options of plan and pretrain, in one word")
    parser.add_argument("--configurations", type=int, default=20)
    parser.add_argument("--candidates", type=int, default=8, help="candidates of a plan")
    parser.add_argument("--first-seed", type=int, default=0, help="seed of the first plan")
    parser.add_argument("--per-plan", type=int, default=4, help="candidates of a plan that are trained")
    options = parser.parse_args()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    figures = ["accuracy", "percent_error"] + (["infonce"] if options.unlabelled else [])
    inside = {figure: [] for figure in figures}
    pairs, unlabelled_pairs = [], []
    seed = options.first_seed
    while len(inside["percent_error"]) < options.configurations:
        plan = predict(options, out / f"plan-{seed}.json", [options.train, "--test", options.test], seed)
        plans = {"accuracy": plan, "percent_error": plan}
        if options.unlabelled:
            plans["infonce"] = predict(options, out / f"plan-unlabelled-{seed}.json", [options.unlabelled], seed)
            with_labels, without = ([one["settings"] for one in found["candidates"]]
                                    for found in (plan, plans["infonce"]))
            if with_labels != without:
                raise SystemExit("expected the same candidates without labels; --unlabelled has other samples")
        recommended = list(dict.fromkeys(one["recommended"] for one in plans.values()))
        others = [i for i in range(len(plan["candidates"])) if i not in recommended]
        chosen = recommended + random.Random(seed).sample(others, min(options.per_plan - len(recommended), len(others)))
        results = {}
        for i in chosen:
            results[i] = kept(out / f"run-{seed}-{i}.json", lambda: train(
                options, out / f"run-{seed}-{i}", plan["candidates"][i]["settings"], seed))
            for figure, hits in inside.items():
                interval = plans[figure]["candidates"][i]["figures"].get(figure)
                if interval is not None:
                    hits.append(interval["low"] <= results[i][figure] <= interval["high"])
        rival = results[chosen[len(recommended)]]["accuracy"]
        pairs.append((results[plan["recommended"]]["accuracy"], rival))
        if options.unlabelled:
            unlabelled_pairs.append((results[plans["infonce"]["recommended"]]["accuracy"], rival))
        print(f"plan {seed}: certain {plan['certain']}, trials {plan['used_seconds']:.0f} s, accuracies "
              + ", ".join(str(result["accuracy"]) for result in results.values()), flush=True)
        seed += 1
        if seed - options.first_seed >= options.configurations and not inside["percent_error"]:
            raise SystemExit("no plan could predict anything; give more minutes")
    for figure, hits in inside.items():
        print(f"{figure}: {sum(hits)} of {len(hits)} inside the 80 % interval")
    report("with labels", pairs)
    if options.unlabelled:
        report("without labels", unlabelled_pairs)


if __name__ == "__main__":
    main()
