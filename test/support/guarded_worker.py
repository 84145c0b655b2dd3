"""An agent in a process of its own behind the guard for Python; speaks what guarded-worker-process.mjs speaks."""

import datetime
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "clients", "python"))

from haltline_guard import CheckGuard, Guard, HaltedError, Moment, system_clock  # noqa: E402

settings = json.loads(sys.argv[1])
shift = {"monotonicMs": 0, "wallMs": 0}
unfinished = {}
speaking = threading.Lock()


def say(event, **about):
    with speaking:
        sys.stdout.write(json.dumps({"event": event, **about}) + "\n")
        sys.stdout.flush()


def clock():
    now = system_clock()
    return Moment(now.monotonic + shift["monotonicMs"] / 1000, now.wall + shift["wallMs"] / 1000)


def view_of(view):
    return {"state": view.state, "epoch": view.epoch, "halts": [halt.id for halt in view.halts]}


who = {"url": settings["url"], "token": settings["token"], "agent_id": settings["agentId"]}
guard = (
    CheckGuard(**who)
    if settings.get("asks")
    else Guard(
        **who,
        point_id=settings.get("pointId"),
        public_key=settings.get("publicKey"),
        state_file=settings.get("stateFile"),
        abort_deadline=settings["abortDeadlineMs"] / 1000,
        on_state=lambda view: say("view", **view_of(view)),
        on_trouble=lambda error: say("trouble", text=f"{type(error).__name__}: {error}"),
        clock=clock,
    )
)


def obedient(action):
    action.cancelled.wait()
    raise RuntimeError("stopped as told")


def stubborn(action):
    unfinished[action.action_id] = finished = threading.Event()
    say("began", id=action.action_id)
    finished.wait()
    return "sent anyway"


WAYS = {"return": lambda _: "done", "obedient": obedient, "stubborn": stubborn}


def run(id, tool, actionClass, how="return", readOnly=False, **parameters):
    def work(action):
        if how != "stubborn":
            say("began", id=id, release=action.release)
        return WAYS[how](action)

    try:
        result = guard.run(
            work, tool=tool, action_class=actionClass, action_id=id, read_only=readOnly, **parameters
        )
        say("done", id=id, result=result)
    except HaltedError as error:
        said = {"refusal": error.refusal, "haltId": error.halt_id, "reason": error.reason, "epoch": error.epoch}
        say("refused", id=id, scope=error.scope and dict(error.scope), mode=error.mode, **said)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test wants to see it
        say("failed", id=id, text=repr(error))


def wrote(actionId, presentedAt, reviewer, **artifact):
    guard.artifact(actionId, **artifact)
    shown = datetime.datetime.fromisoformat(presentedAt.replace("Z", "+00:00"))
    guard.reviewed(actionId, presented_at=shown, reviewer=reviewer)
    say("wrote", id=actionId)


def beside(work, *args, **kwargs):
    threading.Thread(target=work, args=args, kwargs=kwargs, daemon=True).start()


def wait_until_ready():
    try:
        if not settings.get("asks"):
            guard.ready()
        say("ready")
    except RuntimeError:
        pass


def close():
    guard.close()
    say("closed")


beside(wait_until_ready)
for line in sys.stdin:
    command = json.loads(line)
    name = command.pop("do")
    if name == "run":
        beside(run, **command)
    elif name == "finish":
        unfinished[command["id"]].set()
    elif name == "clock":
        shift.update(command)
    elif name == "wrote":
        beside(wrote, **command)
    elif name == "look":
        say("looked", inflight=len(guard.inflight), **view_of(guard))
    elif name == "close":
        beside(close)
    elif name == "leave":
        sys.exit()  # says goodbye by itself
os._exit(0)
