"""An HTTPS server with certificates of its own making: tls_server.py FOLDER

Prints 'GOOD WRONG-HOST EXPIRED SILENT', the ports of four servers, and serves until it is stopped; FOLDER/ca.pem is their
authority. The last one speaks no TLS and says nothing.
"""

import datetime
import socket
import ssl
import subprocess
import sys
import threading

FOLDER = sys.argv[1]


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=FOLDER, check=True, capture_output=True)


def certificate(name, address, first, last):
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    with open(f"{FOLDER}/{name}.ext", "w") as extensions:
        extensions.write(f"subjectAltName=IP:{address}\n")
    with open(f"{FOLDER}/index.txt", "w"):
        pass
    openssl(
        "ca", "-batch", "-config", "ca.conf", "-in", f"{name}.csr", "-out", f"{name}.pem", "-extfile", f"{name}.ext",
        "-startdate", first.strftime("%Y%m%d%H%M%SZ"), "-enddate", last.strftime("%Y%m%d%H%M%SZ"))


with open(f"{FOLDER}/ca.conf", "w") as configuration:
    configuration.write(
        "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ncertificate=ca.pem\n"
        "private_key=ca.key\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n")
with open(f"{FOLDER}/serial", "w") as serial:
    serial.write("01\n")
openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=tests")
now, day = datetime.datetime.utcnow(), datetime.timedelta(days=1)
certificate("good", "127.0.0.1", now - day, now + day)
certificate("elsewhere", "192.0.2.1", now - day, now + day)
certificate("expired", "127.0.0.1", now - 2 * day, now - day)


def serve(connection, context):
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            while stream.recv(65536):
                stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecure")
    except OSError:
        pass


def listen(name):
    context = None
    if name:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{FOLDER}/{name}.pem", f"{FOLDER}/{name}.key")
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    kept = []

    def accept():
        while True:
            connection, _ = listener.accept()
            if context:
                threading.Thread(target=serve, args=(connection, context), daemon=True).start()
            else:
                kept.append(connection)

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


print(*(listen(name) for name in ("good", "elsewhere", "expired", None)), flush=True)
threading.Event().wait()
