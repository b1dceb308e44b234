"""A server of plain sockets that answers as badly as its path says; prints its port and serves until it is stopped."""

import socket
import struct
import threading
import time

OK = b"HTTP/1.1 200 OK\r\n"


def answer(connection, path):
    if path == "/half":
        connection.sendall(OK + b"Content-Length: 1000\r\n\r\nhalf")
    elif path == "/half-chunk":
        connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf")
    elif path == "/half-head":
        connection.sendall(OK + b"Content-Le")
    elif path == "/reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif path == "/garbage":
        connection.sendall(b"\x00\xff\xfe garbage\n\n")
    elif path == "/html":
        connection.sendall(OK + b"Content-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")
    elif path == "/error":
        connection.sendall(b"HTTP/1.1 500 Oh No\r\nContent-Length: 4\r\n\r\nboom")
    elif path == "/redirect":
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
    elif path == "/until-end":
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nall of it")
    elif path == "/large":
        connection.sendall(OK + b"Content-Length: 52428800\r\n\r\n")
        for _ in range(50):
            connection.sendall(bytes(1 << 20))
    elif path == "/endless-head":
        connection.sendall(OK)
        while True:
            connection.sendall(b"X-Filler: " + b"y" * 1000 + b"\r\n")
    elif path == "/trickle":
        connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b".")
            time.sleep(0.02)
    elif path == "/never":
        connection.recv(1)
    elif path == "/interim":
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok")


def serve(connection):
    with connection:
        try:
            request = connection.recv(65536).decode()
            answer(connection, request.split()[1])
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0), backlog=100)
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
threading.Event().wait()
