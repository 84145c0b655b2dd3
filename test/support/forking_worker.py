"""An agent that forks, and one that works with multiprocessing: says line by line what its processes may do."""

import json
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "clients", "python"))

from haltline_guard import Guard, HaltedError, current_action  # noqa: E402

settings = json.loads(sys.argv[1])
ABOUT = {"tool": "stripe.refund", "action_class": "refund"}
guard = Guard(url=settings["url"], token=settings["token"], agent_id=settings["agentId"], abort_deadline=0.15)


def say(event, **about):
    os.write(1, (json.dumps({"event": event, "point": guard.point_id, **about}) + "\n").encode())


def tries():
    try:
        return guard.run(lambda _: "done", **ABOUT)
    except HaltedError as error:
        return error.refusal


def in_a_child(_):
    first = tries()
    guard.ready(10)
    say("child", first=first, then=tries())


def in_an_action(_):
    """The action began in the parent; the child is in the middle of it and has no lease."""
    inherited = current_action()
    told = inherited.cancelled.wait(5)
    say("inherited", id=inherited.action_id, told=told, refusal=inherited.halted.refusal)
    guard.ready(10)


def spawn(target):
    process = multiprocessing.get_context("fork").Process(target=target, args=(None,))
    process.start()
    process.join(20)
    return process.exitcode


guard.ready(20)
say("parent", first=tries())
if settings.get("stateFile") == "orphan":
    if os.fork() != 0:
        time.sleep(30)  # killed by then
    in_a_child(None)
    until = time.monotonic() + 15
    while tries() != "deny" and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2)  # outlives the proof about its parent
    os._exit(0)
pid = os.fork()
if pid == 0:
    in_a_child(None)
    sys.exit()
_, status = os.waitpid(pid, 0)
say("after", code=status, first=tries())
say("after", code=spawn(in_a_child), first=tries())
with guard.action(action_id="act-1", **ABOUT) as action:
    say("after", code=spawn(in_an_action), first=action.halted is None)
sys.stdin.read()
