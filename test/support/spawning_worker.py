"""An agent that starts programs which inherit what its guard knows; every process says line by line what it may do."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "clients", "python"))

from haltline_guard import Guard, HaltedError  # noqa: E402

ABOUT = {"tool": "stripe.refund", "action_class": "external-api-call"}


def say(event, **about):
    os.write(1, (json.dumps({"event": event, **about}) + "\n").encode())


def tries(acting):
    try:
        return {"result": acting.run(lambda _: "done", **ABOUT)}
    except HaltedError as error:
        return {"refusal": error.refusal, "haltId": error.halt_id}


if "HALTLINE_GUARD" in os.environ:
    guard = Guard.from_environment(abort_deadline=0.15)
    say("started", state=guard.state, **tries(guard))
    guard.ready(10)
    say("live", **tries(guard))
    guard.close()
    sys.exit()

settings = json.loads(sys.argv[1])
guard = Guard(url=settings["url"], token=settings["token"], agent_id=settings["agentId"], abort_deadline=0.15)
helper = guard.child("support-agent")
guard.ready(20)
say("ready")
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "spawn":
        subprocess.run([sys.executable, "-B", __file__], env={**os.environ, **guard.environment()}, check=True)
        say("spawned")
    elif command["do"] == "helper":
        say("helped", **tries(helper))
    elif command["do"] == "look":
        state, epoch, halts = guard.state, guard.epoch, [halt.id for halt in guard.halts]
        say("looked", state=state, epoch=epoch, halts=halts)
