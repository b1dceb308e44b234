"""A Kubernetes API server on loopback for one namespace, with controllers, a kubelet whose containers are timers, and faults.

    apiserver.py KUBECONFIG [--drain SECONDS] [--grace SECONDS] [--pods N] [--history N]

Writes KUBECONFIG and prints {"port"}. Speaks to the real kubectl: discovery, get, list in pages, watch, patch (strategic, merge,
JSON), create and replace, the pod proxy to /worker, logs. A Deployment `agent` with image `voice-agent:v1` is there from the start.
A tag that ends in `-missing` cannot be pulled, one that ends in `-crash` exits 1 at once, one that ends in `-quota` makes no pods.
POST /control takes {"close-watches"}, {"compact"}, {"fault": {"status", "count"}}, {"cut": N}, {"down": SECONDS}, {"sessions": {pod: n}},
{"delete": pod, "force"}. Strict where the real one is: unknown paths, kinds, verbs and versions are refused. Standard library only.
"""
import argparse, base64, copy, datetime, hashlib, http.server, json, re, socketserver, threading, time, urllib.parse, uuid

a = argparse.ArgumentParser()
a.add_argument("kubeconfig"); a.add_argument("--drain", type=float, default=0.6); a.add_argument("--grace", type=int, default=30)
a.add_argument("--pods", type=int, default=2); a.add_argument("--ready", type=float, default=0.2)
o = a.parse_args()
NS = "voice"
lock = threading.RLock(); changed = threading.Condition(lock)
version = 1000; floor = 0; log = []  # (version, type, kind, object)
store = {k: {} for k in ("deployments", "replicasets", "pods", "events", "leases")}
KIND = {"deployments": ("Deployment", "apps/v1"), "replicasets": ("ReplicaSet", "apps/v1"), "pods": ("Pod", "v1"),
        "events": ("Event", "v1"), "leases": ("Lease", "coordination.k8s.io/v1")}
faults = {"status": 0, "count": 0, "cut": 0, "down": 0.0, "close": 0}
sessions = {}; kubelet = {}; requests = []

def stamp(t=None): return datetime.datetime.fromtimestamp(t or time.time(), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

def put(plural, obj, kind="MODIFIED"):
    global version
    with lock:
        version += 1; obj["metadata"]["resourceVersion"] = str(version)
        name = obj["metadata"]["name"]
        if kind == "DELETED": store[plural].pop(name, None)
        else: store[plural][name] = obj
        log.append((version, kind, plural, copy.deepcopy(obj))); changed.notify_all()

def new(plural, name, **rest):
    kind, api = KIND[plural]
    meta = {"name": name, "namespace": NS, "uid": str(uuid.uuid4()), "creationTimestamp": stamp(), **rest.pop("meta", {})}
    obj = {"apiVersion": api, "kind": kind, "metadata": meta, **rest}
    put(plural, obj, "ADDED"); return obj

def template(image):
    return {"metadata": {"labels": {"app": "agent"}}, "spec": {"terminationGracePeriodSeconds": o.grace,
            "containers": [{"name": "agent", "image": image, "ports": [{"containerPort": 8081}]}]}}

def owner(obj): return [{"apiVersion": obj["apiVersion"], "kind": obj["kind"], "name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"], "controller": True}]
def bare(v):
    if isinstance(v, dict): return {k: bare(x) for k, x in v.items() if x is not None and x != {} and x != []}
    return [bare(x) for x in v] if isinstance(v, list) else v
def hash_of(t): return base64.b32encode(hashlib.sha256(json.dumps(bare(t), sort_keys=True).encode()).digest()).decode().lower()[:10]
def selected(obj): return obj["metadata"].get("labels", {}).get("app") == "agent"

def reconcile():
    """One turn of the controllers: the Deployment makes its ReplicaSet, the ReplicaSet its pods, and old pods go once new ones are ready."""
    for d in list(store["deployments"].values()):
        t = copy.deepcopy(d["spec"]["template"]); h = hash_of(t); name = f'{d["metadata"]["name"]}-{h}'
        if d["spec"].get("paused"):
            if d["status"].get("observedGeneration") != d["metadata"]["generation"]:
                d["status"]["observedGeneration"] = d["metadata"]["generation"]; put("deployments", d)
            continue
        revision = max([int(r["metadata"]["annotations"]["deployment.kubernetes.io/revision"]) for r in store["replicasets"].values()], default=0)
        if name not in store["replicasets"]:
            t["metadata"]["labels"]["pod-template-hash"] = h
            new("replicasets", name, meta={"ownerReferences": owner(d), "labels": {"app": "agent", "pod-template-hash": h},
                "annotations": {"deployment.kubernetes.io/revision": str(revision + 1)}},
                spec={"replicas": d["spec"]["replicas"], "selector": {"matchLabels": {"app": "agent", "pod-template-hash": h}}, "template": t}, status={"replicas": 0})
        rs = store["replicasets"][name]; ann = rs["metadata"]["annotations"]; mine = ann["deployment.kubernetes.io/revision"]
        if int(mine) < revision:
            ann["deployment.kubernetes.io/revision-history"] = mine; ann["deployment.kubernetes.io/revision"] = str(revision + 1); put("replicasets", rs)
        pods = [p for p in store["pods"].values() if selected(p)]
        own = [p for p in pods if p["metadata"]["labels"]["pod-template-hash"] == h and not p["metadata"].get("deletionTimestamp")]
        image = t["spec"]["containers"][0]["image"]
        if image.endswith("-quota"):
            if not rs["status"].get("conditions"):
                rs["status"]["conditions"] = [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": f'pods "{name}-" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2'}]; put("replicasets", rs)
        else:
            for _ in range(d["spec"]["replicas"] - len(own)): make_pod(rs, t, h)
        ready = [p for p in own if is_ready(p)]
        if len(ready) >= d["spec"]["replicas"]:
            for p in pods:
                if p not in own and not p["metadata"].get("deletionTimestamp"): delete(p)
        terminating = len([p for p in store["pods"].values() if p["metadata"].get("deletionTimestamp")])
        status = {"observedGeneration": d["metadata"]["generation"], "replicas": len(own), "updatedReplicas": len(own), "readyReplicas": len(ready),
                  "availableReplicas": len(ready), "terminatingReplicas": terminating, "conditions": [{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable" if ready else "ReplicaSetUpdated"}]}
        r = store["replicasets"][name]["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
        if d.get("status") != status or d["metadata"]["annotations"].get("deployment.kubernetes.io/revision") != r:
            d["status"] = status; d["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = r; put("deployments", d)

def is_ready(p): return any(c["type"] == "Ready" and c["status"] == "True" for c in p["status"].get("conditions", []))

def make_pod(rs, t, h):
    name = f'{rs["metadata"]["name"]}-{uuid.uuid4().hex[:5]}'
    new("pods", name, meta={"labels": {"app": "agent", "pod-template-hash": h}, "ownerReferences": owner(rs)}, spec=copy.deepcopy(t["spec"]),
        status={"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}]})
    kubelet[name] = {"at": time.time() + o.ready, "do": "start", "restarts": 0}

def container(p, state, ready=False, last=None, restarts=0):
    c = p["spec"]["containers"][0]
    return [{"name": c["name"], "image": c["image"], "imageID": c["image"], "ready": ready, "restartCount": restarts, "state": state, "lastState": last or {}}]

def delete(p, force=False):
    now = time.time(); grace = 0 if force else p["spec"]["terminationGracePeriodSeconds"]
    p["metadata"]["deletionTimestamp"] = stamp(int(now) + grace); p["metadata"]["deletionGracePeriodSeconds"] = grace
    if force: put("pods", p, "DELETED"); kubelet.pop(p["metadata"]["name"], None); return
    put("pods", p)
    kubelet[p["metadata"]["name"]] = {"at": min(now + o.drain, int(now) + grace + 0.2), "do": "exit", "code": 0 if o.drain <= grace else 137}

def run_kubelet():
    for name, plan in list(kubelet.items()):
        p = store["pods"].get(name)
        if p is None: kubelet.pop(name, None); continue
        if time.time() < plan["at"]: continue
        image = p["spec"]["containers"][0]["image"]; now = stamp(); p = copy.deepcopy(p); kubelet.pop(name)
        if plan["do"] == "start" and image.endswith("-missing"):
            p["status"]["containerStatuses"] = container(p, {"waiting": {"reason": "ErrImagePull", "message": f'failed to pull image "{image}": not found'}})
        elif plan["do"] == "start" and image.endswith("-crash"):
            n = plan["restarts"]; end = {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": now, "finishedAt": now}}
            p["status"]["phase"] = "Running"; p["status"]["containerStatuses"] = container(p, {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s restarting failed container=agent"}}, last=end, restarts=n)
            kubelet[name] = {"at": time.time() + 0.3, "do": "start", "restarts": n + 1}
        elif plan["do"] == "start":
            p["status"].update({"phase": "Running", "startTime": now, "podIP": "10.0.0.9", "containerStatuses": container(p, {"running": {"startedAt": now}}, True)})
            p["status"]["conditions"] = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}]
        elif plan["do"] == "exit":
            started = p["status"]["containerStatuses"][0]["state"].get("running", {}).get("startedAt", now)
            p["status"]["phase"] = "Succeeded" if plan["code"] == 0 else "Failed"; p["status"]["conditions"] = [{"type": "Ready", "status": "False", "reason": "PodCompleted"}]
            p["status"]["containerStatuses"] = container(p, {"terminated": {"exitCode": plan["code"], "reason": "Completed" if plan["code"] == 0 else "Error", "startedAt": started, "finishedAt": now}})
            kubelet[name] = {"at": time.time() + 0.05, "do": "remove"}
        else:
            p["metadata"]["deletionGracePeriodSeconds"] = 0; p["metadata"]["deletionTimestamp"] = now; put("pods", p, "DELETED"); continue
        put("pods", p)

def controllers():
    while True:
        with lock: run_kubelet(); reconcile()
        time.sleep(0.05 + len(store["pods"]) / 5000)

def merge(old, patch, strategic=False):
    if not isinstance(patch, dict): return patch
    out = dict(old) if isinstance(old, dict) else {}
    for k, v in patch.items():
        if k.startswith("$"): continue
        if v is None: out.pop(k, None)
        elif strategic and k == "containers":
            names = {c["name"]: c for c in out.get(k, [])}
            for c in v: names[c["name"]] = merge(names.get(c["name"], {}), c, True)
            out[k] = list(names.values())
        else: out[k] = merge(out.get(k), v, strategic)
    return out

def json_patch(doc, ops):
    for op in ops:
        keys = [k.replace("~1", "/").replace("~0", "~") for k in op["path"].split("/")[1:]]; at = doc
        for k in keys[:-1]: at = at[k]
        if op["op"] == "test" and at.get(keys[-1]) != op["value"]: raise ValueError("test failed")
        if op["op"] in ("replace", "add"): at[keys[-1]] = op["value"]
        if op["op"] == "remove": at.pop(keys[-1])
    return doc

def matches(obj, q):
    labels = obj["metadata"].get("labels", {})
    for term in filter(None, q.get("labelSelector", "").split(",")):
        k, _, v = term.replace("==", "=").partition("=")
        if labels.get(k) != v: return False
    for term in filter(None, q.get("fieldSelector", "").split(",")):
        k, _, v = term.partition("="); cur = obj
        for part in k.split("."): cur = cur.get(part, "") if isinstance(cur, dict) else ""
        if str(cur) != v: return False
    return True

class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def say(self, status, body, headers=()):
        b = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(b)))
        for k, v in headers: self.send_header(k, v)
        self.end_headers(); self.wfile.write(b)
    def fail(self, code, reason, message, headers=()):
        self.say(code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}, headers)
    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked": return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
        whole = b""
        while size := int(self.rfile.readline(), 16): whole += self.rfile.read(size); self.rfile.readline()
        self.rfile.readline(); return json.loads(whole)
    def control(self):
        global floor
        c = self.body()
        with lock:
            if "close-watches" in c: faults["close"] += 1; changed.notify_all()
            if "compact" in c: floor = version; faults["close"] += 1; changed.notify_all()
            if "fault" in c: faults.update(c["fault"])
            if "cut" in c: faults["cut"] = c["cut"]
            if "down" in c: faults["down"] = time.time() + c["down"]; faults["close"] += 1; changed.notify_all()
            if "sessions" in c: sessions.update(c["sessions"])
            if "delete" in c: delete(store["pods"][c["delete"]], c.get("force", False))
            if "pause" in c: store["deployments"]["agent"]["spec"]["paused"] = c["pause"]; store["deployments"]["agent"]["metadata"]["generation"] += 1
            self.say(200, {"pods": {n: {"image": p["spec"]["containers"][0]["image"], "terminating": "deletionTimestamp" in p["metadata"], "ready": is_ready(p)} for n, p in store["pods"].items()}, "leases": store["leases"], "requests": requests[-200:]})
    def handle_any(self):
        u = urllib.parse.urlparse(self.path); q = {k: v[0] for k, v in urllib.parse.parse_qs(u.query).items()}; p = u.path.rstrip("/"); verb = self.command
        if p == "/control": return self.control()
        if time.time() < faults["down"]: self.close_connection = True; return self.connection.shutdown(2)
        requests.append(f"{verb} {p}")
        with lock:
            if faults["count"] > 0: faults["count"] -= 1; return self.fail(faults["status"], {429: "TooManyRequests", 403: "Forbidden", 401: "Unauthorized"}.get(faults["status"], "InternalError"), "a fault that was asked for", [("Retry-After", "1")] if faults["status"] == 429 else [])
        if p == "/version": return self.say(200, {"major": "1", "minor": "35", "gitVersion": "v1.35.4"})
        if p == "/api": return self.say(200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
        if p == "/apis": return self.say(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [{"name": g, "versions": [{"groupVersion": g + "/v1", "version": "v1"}], "preferredVersion": {"groupVersion": g + "/v1", "version": "v1"}} for g in ("apps", "coordination.k8s.io")]})
        if p in ("/api/v1", "/apis/apps/v1", "/apis/coordination.k8s.io/v1"):
            gv = p.replace("/apis/", "").replace("/api/", "")
            return self.say(200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": gv, "resources": [{"name": n, "singularName": k.lower(), "namespaced": True, "kind": k, "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"]} for n, (k, g) in KIND.items() if g == gv]})
        m = re.fullmatch(r"/api/v1/namespaces/([^/]+)/pods/([^/:]+)(?::(\d+))?/(proxy|log)(/.*)?", p)
        if m: return self.inside(m, q)
        m = re.fullmatch(r"/(api/v1|apis/([^/]+)/v1)/namespaces/([^/]+)/([a-z]+)(?:/([^/]+))?", p)
        if not m or m[4] not in KIND or (KIND[m[4]][1].split("/")[0] != (m[2] or "v1")): return self.fail(404, "NotFound", "the server could not find the requested resource")
        plural, name = m[4], m[5]; group = "." + m[2] if m[2] else ""
        if m[3] != NS: return self.fail(404, "NotFound", f'namespaces "{m[3]}" not found') if name or verb != "GET" else self.list(plural, {}, [])
        try: self.serve(verb, plural, name, group, q)
        except (BrokenPipeError, ConnectionResetError): self.close_connection = True
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any
    def inside(self, m, q):
        if m[1] != NS or m[2] not in store["pods"]: return self.fail(404, "NotFound", f'pods "{m[2]}" not found')
        if m[4] == "log":
            self.send_response(200); self.send_header("Content-Type", "text/plain"); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
            def line(text): b = text.encode() + b"\n"; self.wfile.write(b"%x\r\n%s\r\n" % (len(b), b)); self.wfile.flush()
            line(json.dumps({"message": "registered worker", "level": "INFO", "name": "livekit.agents", "id": "AW_" + m[2][-5:], "timestamp": stamp()})); told = False
            while q.get("follow") == "true" and m[2] in store["pods"]:
                if "deletionTimestamp" in store["pods"][m[2]]["metadata"] and not told: told = True; line(json.dumps({"message": "draining worker", "level": "INFO", "name": "livekit.agents", "id": "AW_" + m[2][-5:], "timeout": 1800, "timestamp": stamp()}))
                time.sleep(0.05)
            if told: line(json.dumps({"message": "shutting down worker", "level": "INFO", "name": "livekit.agents", "id": "AW_" + m[2][-5:], "timestamp": stamp()}))
            return self.wfile.write(b"0\r\n\r\n")
        if (m[5] or "/") == "/": return self.say(200, b"OK")
        if m[5] != "/worker": return self.fail(404, "NotFound", "404 page not found")
        n = sessions.get(m[2], 0)
        self.say(200, {"agent_name": "agent", "worker_type": "JT_ROOM", "worker_load": 0.1, **({"active_jobs": float(n)} if n else {}), "sdk_version": "1.8.9", "protocol_version": 1})
    def list(self, plural, q, items):
        kind, api = KIND[plural]; start = int(q.get("continue", "0")); size = int(q.get("limit", "0")) or len(items) or 1
        rest = items[start + size:]; meta = {"resourceVersion": str(version)}
        if rest: meta["continue"] = str(start + size); meta["remainingItemCount"] = len(rest)
        b = json.dumps({"kind": kind + "List", "apiVersion": api, "metadata": meta, "items": items[start:start + size]}).encode()
        if faults["cut"] > 0 and plural == "pods": faults["cut"] -= 1; b = b[:len(b) // 2]
        self.say(200, b)
    def serve(self, verb, plural, name, group, q):
        with lock: obj = store[plural].get(name) if name else None
        if verb == "GET" and not name:
            if q.get("watch") in ("1", "true"): return self.watch(plural, q)
            with lock: return self.list(plural, q, sorted((x for x in store[plural].values() if matches(x, q)), key=lambda x: x["metadata"]["name"]))
        if verb == "POST" and not name:
            body = self.body(); n = body["metadata"]["name"]
            with lock:
                if n in store[plural]: return self.fail(409, "AlreadyExists", f'{plural}{group} "{n}" already exists')
                body["metadata"].update({"namespace": NS, "uid": str(uuid.uuid4()), "creationTimestamp": stamp()}); put(plural, body, "ADDED"); return self.say(201, body)
        if obj is None: return self.fail(404, "NotFound", f'{plural}{group} "{name}" not found')
        if verb == "GET": return self.say(200, obj)
        with lock:
            if verb == "DELETE": put(plural, obj, "DELETED"); return self.say(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})
            body = self.body(); old = copy.deepcopy(obj); kind = self.headers.get("Content-Type", "").split(";")[0]
            if verb == "PUT": got = body
            elif kind == "application/json-patch+json": got = json_patch(copy.deepcopy(obj), body)
            elif kind in ("application/merge-patch+json", "application/strategic-merge-patch+json"): got = merge(copy.deepcopy(obj), body, "strategic" in kind)
            else: return self.fail(415, "UnsupportedMediaType", f"the body of the request was in an unknown format: {kind}")
            asked = got["metadata"].get("resourceVersion")
            if asked and asked != old["metadata"]["resourceVersion"]: return self.fail(409, "Conflict", f'Operation cannot be fulfilled on {plural}{group} "{name}": the object has been modified; please apply your changes to the latest version and try again')
            if q.get("dryRun"): return self.say(200, got)
            if got.get("spec") != old.get("spec") and "generation" in old["metadata"]: got["metadata"]["generation"] = old["metadata"]["generation"] + 1
            put(plural, got); self.say(200, got)
    def watch(self, plural, q):
        since = int(q.get("resourceVersion", "0") or 0); end = time.time() + float(q.get("timeoutSeconds", "3600")); closing = faults["close"]
        self.send_response(200); self.send_header("Content-Type", "application/json"); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
        def line(kind, obj, whole=True):
            b = (json.dumps({"type": kind, "object": obj}) + "\n").encode(); b = b if whole else b[:len(b) // 2]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(b), b)); self.wfile.flush()
        if 0 < since < floor:
            line("ERROR", {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": f"too old resource version: {since} ({floor})", "reason": "Expired", "code": 410})
            return self.wfile.write(b"0\r\n\r\n")
        if since == 0:
            with lock: now = [copy.deepcopy(x) for x in store[plural].values() if matches(x, q)]; since = version
            for x in now: line("ADDED", x)
        at = 0
        while time.time() < end:
            with lock:
                while at < len(log) and log[at][0] <= since: at += 1
                new = [e for e in log[at:] if e[2] == plural and matches(e[3], q)]; at = len(log)
                if log: since = max(since, log[-1][0])
                if not new and faults["close"] == closing: changed.wait(0.2)
            for _, kind, _, obj in new:
                if faults["cut"] > 0 and plural == "pods": faults["cut"] -= 1; line(kind, obj, False); self.close_connection = True; return self.connection.shutdown(2)
                line(kind, obj)
            if faults["close"] != closing: break
            if not new and q.get("allowWatchBookmarks"): line("BOOKMARK", {"kind": KIND[plural][0], "apiVersion": KIND[plural][1], "metadata": {"resourceVersion": str(since)}})
        self.wfile.write(b"0\r\n\r\n")

class S(socketserver.ThreadingMixIn, http.server.HTTPServer): daemon_threads = True; request_queue_size = 256
new("deployments", "agent", meta={"labels": {"app": "agent"}, "annotations": {}, "generation": 1},
    spec={"replicas": o.pods, "selector": {"matchLabels": {"app": "agent"}}, "progressDeadlineSeconds": 600, "strategy": {"type": "RollingUpdate"}, "template": template("voice-agent:v1")}, status={})
server = S(("127.0.0.1", 0), H); port = server.server_address[1]
with open(o.kubeconfig, "w") as f:
    json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "lab", "clusters": [{"name": "lab", "cluster": {"server": f"http://127.0.0.1:{port}"}}], "users": [{"name": "lab", "user": {}}],
               "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab", "namespace": NS}}]}, f)
threading.Thread(target=controllers, daemon=True).start()
print(json.dumps({"port": port}), flush=True)
server.serve_forever()
