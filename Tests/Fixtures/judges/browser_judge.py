"""Opens a page in a headless Chromium and says what it sees: browser_judge.py PAGE WIDTH SCHEME prints one JSON object."""
import asyncio, json, os, shutil, subprocess, sys, tempfile, urllib.request

import websockets

LOOK = """JSON.stringify({
  width: document.documentElement.scrollWidth, inner: innerWidth, text: document.body.innerText,
  chart: [...document.querySelectorAll('figure svg')].filter(e => e.getBoundingClientRect().width > 0 && e.getAttribute('role'))
    .map(e => e.getBoundingClientRect().width),
  background: getComputedStyle(document.body).backgroundColor,
  wider: [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') && !e.closest('svg') && !e.matches('.skip')
    && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className).slice(0, 5)})"""


async def main(page, width, scheme):
    profile = tempfile.mkdtemp()
    browser = subprocess.Popen(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True)
    try:
        port = None
        for line in browser.stderr:
            if "DevTools listening on" in line:
                port = line.split("127.0.0.1:")[1].split("/")[0]
                break
        tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        async with websockets.connect(address, max_size=None) as socket:
            messages, number, loaded = [], 0, False

            async def receive():
                nonlocal loaded
                message = json.loads(await socket.recv())
                if message.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
                    messages.append(json.dumps(message["params"]))
                loaded = loaded or message.get("method") == "Page.loadEventFired"
                return message

            async def call(method, **parameters):
                nonlocal number
                number += 1
                await socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
                while (message := await receive()).get("id") != number:
                    pass
                return message["result"]

            for domain in ("Page", "Log", "Runtime"):
                await call(f"{domain}.enable")
            await call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
            await call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            await call("Page.navigate", url="file://" + os.path.abspath(page))
            while not loaded:
                await receive()
            seen = json.loads((await call("Runtime.evaluate", expression=LOOK))["result"]["value"])
            print(json.dumps({**seen, "messages": messages}))
    finally:
        browser.kill()
        browser.wait()
        shutil.rmtree(profile, ignore_errors=True)


asyncio.run(asyncio.wait_for(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]), 60))
