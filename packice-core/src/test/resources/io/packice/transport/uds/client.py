"""A client written from docs/protocol.md with Python's standard library: a new connection for every request."""
import array
import json
import mmap
import os
import socket
import sys


def call(path, request):
    """One request on a connection of its own: the answer, and the descriptor that came with it or None."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(path)
        connection.sendall(json.dumps(request).encode())
        data, descriptors = b"", array.array("i")
        while not data.endswith(b"}\n"):
            more, ancillary, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(4))
            if not more:
                raise ConnectionError(f"closed after {data!r}")
            data += more
            for level, kind, content in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    descriptors.frombytes(content)
        return json.loads(data), descriptors[0] if descriptors else None


def main(path):
    content = b"written by another language " * 1000

    granted, fd = call(path, {"command": "acquire", "object_id": "from/python", "intent": "create", "ttl_seconds": 60,
                              "meta": {"language": "python"}})
    os.ftruncate(fd, len(content))
    with mmap.mmap(fd, len(content)) as mapped:
        mapped[:] = content
    os.close(fd)
    print(call(path, {"command": "seal", "lease_id": granted["lease_id"]})[0]["status"])
    print(call(path, {"command": "release", "lease_id": granted["lease_id"]})[0]["status"])

    granted, fd = call(path, {"command": "acquire", "object_id": "from/python", "intent": "read"})
    size = granted["blobs"][0]["size"]
    with mmap.mmap(fd, size, prot=mmap.PROT_READ) as mapped:
        print("equal" if mapped[:] == content else "different")
    try:
        mmap.mmap(fd, size)
        print("mapped writable")
    except PermissionError:
        print("not writable")
    os.close(fd)
    print(call(path, {"command": "release", "lease_id": granted["lease_id"]})[0]["status"])

    granted, fd = call(path, {"command": "acquire", "object_id": "from/java", "intent": "read"})
    with os.fdopen(fd, "rb") as file:
        print(file.read().decode())
    print(call(path, {"command": "release", "lease_id": granted["lease_id"]})[0]["status"])

    granted, fd = call(path, {"command": "acquire", "object_id": "from/java", "intent": "write"})
    os.close(fd)
    print(call(path, {"command": "discard", "lease_id": granted["lease_id"]})[0]["status"])
    print(call(path, {"command": "acquire", "object_id": "from/java", "intent": "read"})[0]["code"])


main(sys.argv[1])
