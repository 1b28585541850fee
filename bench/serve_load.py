#!/usr/bin/env python3
"""Load on a running mmcr serve, with Python's standard library alone.

    bench/serve_load.py ADDRESS TOKEN FOLDER SECONDS BAD

Sends the pictures of FOLDER to ADDRESS for SECONDS at 1, 8 and 64 clients, then BAD damaged pictures, bodies that come
slowly and clients that vanish, and prints one JSON document. Clients are processes, because threads of Python share a
lock.
"""
import collections
import http.client
import json
import multiprocessing
import pathlib
import random
import socket
import statistics
import sys
import time
import urllib.parse

RAW = "application/octet-stream"


def post(connection, token, body):
    connection.request("POST", "/features", body, {"Authorization": f"Bearer {token}", "Content-Type": RAW, "Accept": RAW})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def client(address, token, pictures, seconds, seed, results):
    """One client: the next request follows the answer to the last one."""
    draw = random.Random(seed)
    host, port = address
    connection = http.client.HTTPConnection(host, port, timeout=60)
    end = time.monotonic() + seconds
    took, statuses = [], collections.Counter()
    while time.monotonic() < end:
        began = time.monotonic()
        status = post(connection, token, draw.choice(pictures))
        statuses[str(status)] += 1
        if status == 200:
            took.append(time.monotonic() - began)
    results.put((took, statuses))


def load(address, token, pictures, clients, seconds):
    results = multiprocessing.Queue()
    all_clients = [multiprocessing.Process(target=client, args=(address, token, pictures, seconds, i, results)) for i in range(clients)]
    for one in all_clients:
        one.start()
    took, statuses = [], collections.Counter()
    for _ in all_clients:
        some, counted = results.get()
        took += some
        statuses += counted
    for one in all_clients:
        one.join()
    cuts = statistics.quantiles(took, n=100, method="inclusive") if len(took) > 1 else (took or [0.0]) * 99
    return {"clients": clients, "requests_per_second": len(took) / seconds, "p50_ms": 1000 * cuts[49], "p99_ms": 1000 * cuts[98],
            "statuses": dict(statuses)}


def damaged(address, token, pictures, count):
    """Pictures that are cut, altered or noise; every one must be answered, with 200 or 422."""
    draw = random.Random(1)
    connection = http.client.HTTPConnection(*address, timeout=60)
    statuses = collections.Counter()
    for _ in range(count):
        body = bytearray(draw.choice(pictures))
        body = body[: draw.randrange(len(body))] if draw.random() < 0.5 else body
        for _ in range(draw.randrange(1, 20)):
            if body:
                body[draw.randrange(len(body))] = draw.randrange(256)
        statuses[str(post(connection, token, bytes(body)))] += 1
    return dict(statuses)


def head(token, length):
    return (f"POST /features HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: {RAW}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def vanishing(address, token, pictures, count):
    """Clients that leave in the middle of their body, or before the answer."""
    for i in range(count):
        picture = pictures[i % len(pictures)]
        with socket.create_connection(address) as connection:
            connection.sendall(head(token, len(picture)) + picture[: len(picture) // (1 + i % 2)])


def beside_slow_bodies(address, token, pictures, count):
    """The time of a request beside clients whose bodies do not come to an end."""
    slow = [socket.create_connection(address) for _ in range(count)]
    for connection in slow:
        connection.sendall(head(token, 1000) + b"x")
    connection = http.client.HTTPConnection(*address, timeout=60)
    began = time.monotonic()
    status = post(connection, token, pictures[0])
    took = time.monotonic() - began
    for one in slow:
        one.close()
    return {"clients": count, "status": status, "ms": 1000 * took}


def metrics(address, token):
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    lines = connection.getresponse().read().decode().splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}


def main():
    url, token, folder, seconds, bad = sys.argv[1:]
    parsed = urllib.parse.urlparse(url)
    address = (parsed.hostname, parsed.port)
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))[:1000]
    pictures = [path.read_bytes() for path in files]
    if not pictures:
        sys.exit(f"expected pictures in {folder}, found none; give a folder of JPEG or PNG files")
    result = {"load": [load(address, token, pictures, clients, float(seconds)) for clients in (1, 8, 64)]}
    result["damaged"] = damaged(address, token, pictures, int(bad))
    vanishing(address, token, pictures, 100)
    result["beside_slow_bodies"] = beside_slow_bodies(address, token, pictures, 100)
    deadline = time.monotonic() + 60
    while metrics(address, token)["mmcr_pictures_in_work"] > 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    figures = metrics(address, token)
    result["pictures_in_work_at_the_end"] = figures["mmcr_pictures_in_work"]
    result["mean_batch"] = figures["mmcr_batch_pictures_sum"] / max(1, figures["mmcr_batch_pictures_count"])
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
