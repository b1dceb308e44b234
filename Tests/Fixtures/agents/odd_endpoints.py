"""A worker's HTTP endpoints that answer as badly as the first part of the path says; prints its port and serves."""

import http.server
import json
import socketserver


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        mode = self.path.split("/")[1]
        if mode == "good":
            if self.path.endswith("/worker"):
                self.answer(200, "application/json", json.dumps({"agent_name": "", "sdk_version": "1.8.9"}).encode())
            else:
                self.answer(200, "text/plain", b"OK")
        elif mode == "html":
            self.answer(200, "text/html", b"<html><body>Welcome to nginx!</body></html>")
        elif mode == "half":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"active_jobs": 1')
            self.close_connection = True
        elif mode == "500":
            self.answer(500, "text/plain", b"Internal Server Error")
        elif mode == "redirect":
            self.send_response(302)
            self.send_header("Location", "/good" + self.path[len("/redirect"):])
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif mode == "50mb":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(50 << 20))
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b" " * (1 << 20))
        else:
            self.answer(404, "text/plain", b"Not Found")

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        # A client that hangs up in the middle of an answer is what some of these answers are for.
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
