"""The pure parts of clients/python/haltline_guard.py: what can be told without a control plane.

Run by test/clients/python.test.ts, which hands over what Node says of the same things in the file FIXTURE names.
"""

import asyncio
import base64
import inspect
import os
import pickle
import sys
import tempfile
import threading
import typing
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "clients", "python"))

import haltline_guard as guard  # noqa: E402

with open(os.environ["FIXTURE"], encoding="utf-8") as _file:
    FIXTURE = guard.read_json(_file.read())

NOBODY = "http://127.0.0.1:9"
guard._GOODBYE = 0.05  # nobody is there to hear it

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
        "0d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
        "27beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a"
        "9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9"
        "bef1177331a704",
    ),
]


def verify(key: str, message: str, signature: str) -> bool:
    return guard.ed25519_verify(*(bytes.fromhex(text) for text in (key, message, signature)))


class Ed25519(unittest.TestCase):
    def test_accepts_the_vectors_of_rfc_8032(self):
        for vector in RFC_8032:
            self.assertTrue(verify(*vector), vector)

    def test_refuses_another_message_key_or_signature(self):
        key, message, signature = RFC_8032[2]
        self.assertFalse(verify(key, message + "00", signature))
        self.assertFalse(verify(RFC_8032[0][0], message, signature))
        for at in (0, 31, 32, 63):
            changed = bytearray(bytes.fromhex(signature))
            changed[at] ^= 1
            self.assertFalse(verify(key, message, changed.hex()), at)

    def test_refuses_the_same_signature_in_another_spelling(self):
        key, message, signature = RFC_8032[2]
        s = int.from_bytes(bytes.fromhex(signature)[32:], "little") + guard._ORDER
        self.assertFalse(verify(key, message, signature[:64] + s.to_bytes(32, "little").hex()))

    def test_refuses_what_is_no_key_or_signature_at_all(self):
        key, message, signature = RFC_8032[2]
        self.assertFalse(verify(key[2:], message, signature))
        self.assertFalse(verify(key, message, signature[2:]))
        self.assertFalse(verify("ff" * 32, message, signature))
        self.assertFalse(verify("02" + "00" * 31, message, signature))

    def test_says_what_node_says_of_signatures_that_node_made(self):
        for key, message, signature, says in FIXTURE["signatures"]:
            pem = guard.read_public_key(key)
            told = guard.ed25519_verify(pem, message.encode(), base64.b64decode(signature))
            self.assertEqual(told, says, message)

    def test_reads_no_other_kind_of_key(self):
        for pem in ("", "no key", FIXTURE["rsaKey"]):
            with self.assertRaises(ValueError):
                guard.read_public_key(pem)


class CanonicalJson(unittest.TestCase):
    def test_writes_what_the_control_plane_writes(self):
        for sent, canonical in FIXTURE["json"]:
            self.assertEqual(guard.canonical_json(guard.read_json(sent)), canonical)

    def test_knows_the_edges_of_numbers(self):
        for sent, text in FIXTURE["numbers"]:
            self.assertEqual(guard.canonical_json(guard.read_json(sent)), text, sent)

    def test_reads_nothing_that_is_not_json(self):
        for text in ("NaN", "[Infinity]", "-Infinity"):
            with self.assertRaises(ValueError):
                guard.read_json(text)

    def test_refuses_what_json_cannot_carry(self):
        for value in ({1: "one"}, object(), b"bytes", {"a": {1, 2}}):
            with self.assertRaises(TypeError):
                guard.canonical_json(value)


class Lease(unittest.TestCase):
    def setUp(self):
        self.now = guard.Moment(0.0, 1_700_000_000.0)
        self.lease = guard.Lease(lambda: self.now)

    def pass_by(self, seconds, wall=None):
        self.now = guard.Moment(
            self.now.monotonic + seconds, self.now.wall + (seconds if wall is None else wall)
        )

    def test_is_none_before_the_first_renewal(self):
        self.assertEqual(self.lease.remaining(), 0)

    def test_runs_from_when_the_server_wrote_at_the_latest(self):
        sent = self.now
        self.pass_by(9)
        self.lease.renew(sent, 2, 10)
        self.assertEqual(self.lease.remaining(), 3)

    def test_pitfall_07_is_gone_at_the_first_question_after_the_process_was_stopped_for_a_minute(self):
        self.lease.renew(self.now, 0, 10)
        self.pass_by(60)
        self.assertLessEqual(self.lease.remaining(), 0)

    def test_is_gone_after_the_machine_was_suspended_when_the_monotonic_clock_stood_still(self):
        sent = self.now
        self.lease.renew(sent, 0, 10)
        self.pass_by(0.005, 60)
        self.assertLessEqual(self.lease.remaining(), 0)
        self.lease.renew(sent, 2, 10)
        self.assertLessEqual(self.lease.remaining(), 0)

    def test_pitfall_23_is_not_made_longer_by_a_wall_clock_that_is_set_back(self):
        self.lease.renew(self.now, 0, 10)
        self.pass_by(10, -3_600)
        self.assertLessEqual(self.lease.remaining(), 0)

    def test_never_reaches_further_than_now_whatever_the_server_claims(self):
        sent = self.now
        self.pass_by(0.1)
        self.lease.renew(sent, 1e12, 10)
        self.assertEqual(self.lease.remaining(), 10)

    def test_is_not_shortened_by_an_older_heartbeat_that_arrives_late(self):
        sent = self.now
        self.pass_by(4)
        self.lease.renew(sent, 4, 10)
        self.lease.renew(sent, 2, 10)
        self.assertEqual(self.lease.remaining(), 10)


class Orders(unittest.TestCase):
    attempt = guard.Attempt("billing-agent", "stripe.refund", "spend", "act-1", False)

    def verdict(self, read_only=False, **halt):
        read = guard.read_halt({"id": "H-1", "scope": {"kind": "all"}, "mode": "deny", **halt})
        return guard.decide(self.attempt._replace(read_only=read_only), [read])[0]

    def test_decides_as_the_control_plane_decides(self):
        for attempt, halts, verdict in FIXTURE["decisions"]:
            asked = guard.Attempt(
                attempt["agentId"],
                attempt["tool"],
                attempt["actionClass"],
                attempt["actionId"],
                attempt.get("readOnly") is True,
            )
            told = guard.decide(asked, [guard.read_halt(halt) for halt in halts])[0]
            self.assertEqual(told, verdict, (attempt, halts))

    def test_a_scope_that_nobody_knows_yet_covers_everything(self):
        for scope in ({"kind": "region", "region": "eu"}, {"kind": "agent"}, {"kind": "tool", "tool": 7}, "all", None):
            self.assertEqual(self.verdict(scope=scope), "deny", scope)

    def test_a_mode_that_nobody_knows_yet_denies(self):
        self.assertEqual(self.verdict(mode="slow-down", read_only=True), "deny")

    def test_degraded_leaves_reads(self):
        self.assertEqual(self.verdict(mode="degraded"), "deny")
        self.assertEqual(self.verdict(mode="degraded", read_only=True), "allow")

    def test_a_rehearsal_denies_nothing(self):
        self.assertEqual(self.verdict(drill=True), "allow")
        self.assertEqual(self.verdict(drill="yes"), "deny")


class HeldStates(unittest.TestCase):
    def test_takes_every_sequence_of_states_as_the_guard_for_node_takes_it(self):
        for arrivals in FIXTURE["sequences"]:
            held = guard.HeldState()
            for state, signed, acceptance, ids in arrivals:
                self.assertEqual(held.accept(guard.read_state(state), signed), acceptance)
                self.assertEqual(sorted(halt.id for halt in held.halts), sorted(ids))


class Events(unittest.TestCase):
    def test_are_the_same_however_the_network_cuts_them_with_any_line_end(self):
        lines = [
            "retry: 1000",
            "",
            ": a comment",
            "",
            "id: 7",
            "event: state",
            'data: {"reason":"zu früh – ☠️"}',
            "",
            "data: one",
            "data:two",
            "",
            "data: cut off",
        ]
        wanted = [("state", '{"reason":"zu früh – ☠️"}'), ("message", "one\ntwo")]
        for end in ("\n", "\r\n", "\r"):
            sent = end.join(lines).encode()
            for size in range(1, 40):
                reader = guard._EventReader()
                read = [each for at in range(0, len(sent), size) for each in reader.feed(sent[at : at + size])]
                self.assertEqual(read, wanted)

    def test_that_never_end_are_given_up(self):
        with self.assertRaises(guard.PlaneError):
            guard._EventReader().feed(b"data: " + b"x" * 5_000_000)


class StateFile(unittest.TestCase):
    def test_brings_the_orders_back_and_holds_them_against_an_older_state(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "state.json")
            self.remember(path)
            held, pinned = guard.HeldState(), guard._PinnedKey()
            guard._StateFile(path).restore(pinned, held)
            older = guard.read_state({**FIXTURE["state"], "epoch": 2, "halts": []})

            self.assertEqual([halt.id for halt in held.halts], ["H-1"])
            self.assertEqual(held.accept(older, True), "older")
            self.assertEqual(pinned.text, FIXTURE["key"])

    def test_is_refused_whole_where_somebody_wrote_into_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "state.json")
            self.remember(path)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace('"H-1"', '"H-2"'))
            held = guard.HeldState()
            with self.assertRaises(ValueError):
                guard._StateFile(path).restore(guard._PinnedKey(), held)
            self.assertEqual(held.halts, ())

    def remember(self, path):
        held, pinned = guard.HeldState(), guard._PinnedKey(FIXTURE["key"])
        state = guard.read_state(FIXTURE["state"])
        held.accept(state, pinned.signed(state))
        guard._StateFile(path).save(guard._StateFile(path).text(pinned, held))


class Parameters(unittest.TestCase):
    def test_that_json_carries_as_they_are_can_be_held(self):
        for parameters in ({}, [], "text", {"a": [1, 2.5, None, True, ("b",)]}, 2**53 - 1):
            self.assertIsNone(guard.why_not_held(parameters), parameters)

    def test_that_json_would_change_cannot(self):
        deep = []
        for _ in range(64):
            deep = [deep]
        for parameters in (None, {1: 2}, {"at": object()}, float("nan"), [2**53], b"bytes", deep, "x" * 300_000):
            self.assertIsNotNone(guard.why_not_held(parameters))


class Errors(unittest.TestCase):
    def test_a_refusal_survives_the_way_back_from_a_worker_process(self):
        error = pickle.loads(pickle.dumps(guard.HaltedError("deny", "H-1", "it spends too much", 7)))
        told = (error.refusal, error.halt_id, error.reason, error.epoch)
        self.assertEqual(told, ("deny", "H-1", "it spends too much", 7))
        self.assertEqual(str(error), "H-1: it spends too much")


class Wrapping(unittest.TestCase):
    """Against a guard that is live without a control plane: its enforcer has heard a state by hand."""

    def setUp(self):
        self.guard = guard.Guard(NOBODY, "token", "billing-agent", public_key=FIXTURE["key"], abort_deadline=0.05)
        self.addCleanup(self.guard.close)
        self.hear(1)

    def hear(self, epoch, **change):
        state = {**FIXTURE["state"], "epoch": epoch, "halts": [], **change}
        self.guard._enforcer.accept(guard.read_state(state), True)
        self.guard._enforcer.renew(guard.system_clock(), 0, 10)

    def halt(self, epoch=2):
        self.hear(epoch, halts=FIXTURE["state"]["halts"])

    def test_a_wrapped_function_keeps_its_name_and_signature_and_knows_its_action(self):
        @self.guard.tool(action_class="spend")
        def refund(charge: str, cents: int = 5) -> str:
            """Gives money back."""
            return f"{charge} {cents} {guard.current_action().attempt.tool}"

        self.assertEqual(refund("ch_1", cents=7), "ch_1 7 refund")
        self.assertEqual(refund.__doc__, "Gives money back.")
        self.assertEqual(str(inspect.signature(refund)), "(charge: str, cents: int = 5) -> str")
        self.assertEqual(typing.get_type_hints(refund), {"charge": str, "cents": int, "return": str})
        self.assertIsNone(guard.current_action())
        self.halt()
        with self.assertRaises(guard.HaltedError):
            refund("ch_1")

    def test_work_that_would_begin_after_the_guard_looked_away_is_not_let_through(self):
        async def later():
            return "spent"

        def pieces():
            yield "spent"

        with self.assertRaises(TypeError):
            self.guard.run(lambda _: later(), tool="t", action_class="c")
        with self.assertRaises(TypeError):
            self.guard.run(lambda _: pieces(), tool="t", action_class="c")
        with self.assertRaises(TypeError):
            self.guard.tool(action_class="c")(pieces)

    def test_a_coroutine_is_cancelled_and_told_which_halt_did_it(self):
        began = threading.Event()

        @self.guard.tool("mail.send", action_class="spend")
        async def send():
            began.set()
            await asyncio.sleep(30)

        threading.Thread(target=lambda: (began.wait(5), self.halt()), daemon=True).start()
        with self.assertRaises(guard.HaltedError) as caught:
            asyncio.run(send())
        self.assertEqual(caught.exception.halt_id, "H-1")
        self.assertEqual(self.standing("aborted"), 1)

    def test_a_block_of_a_coroutine_is_cancelled_too(self):
        async def work():
            async with self.guard.action(tool="mail.send", action_class="spend"):
                self.halt()
                await asyncio.sleep(30)

        with self.assertRaises(guard.HaltedError):
            asyncio.run(work())

    def test_a_coroutine_that_will_not_be_cancelled_is_listed_and_its_result_returned(self):
        async def stubborn(_):
            self.halt()
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                await asyncio.sleep(0.2)
            return "sent anyway"

        result = asyncio.run(self.guard.arun(stubborn, tool="mail.send", action_class="spend"))
        self.assertEqual(result, "sent anyway")
        self.assertEqual(self.standing("completedAfter"), 1)

    def test_cancelling_the_task_oneself_stays_a_cancellation(self):
        async def work():
            task = asyncio.ensure_future(
                self.guard.arun(lambda _: asyncio.sleep(30), tool="mail.send", action_class="spend")
            )
            await asyncio.sleep(0.05)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        asyncio.run(work())
        self.assertEqual(self.guard.inflight, [])

    def test_what_blocks_can_be_told_to_stop_by_a_callback(self):
        closed = threading.Event()

        def blocking(action):
            action.on_halt(closed.set)
            self.halt()
            if not closed.wait(5):
                raise AssertionError("nobody said stop")
            raise OSError("the connection was closed")

        with self.assertRaises(guard.HaltedError) as caught:
            self.guard.run(blocking, tool="mail.send", action_class="spend")
        self.assertIsInstance(caught.exception.__cause__, OSError)

    def test_pitfall_13_parallel_calls_of_one_step_are_all_stopped(self):
        begun = threading.Barrier(5)
        outcomes = []

        def work():
            try:
                self.guard.run(lambda action: (begun.wait(5), action.sleep(30)), tool="t", action_class="c")
            except guard.HaltedError as error:
                outcomes.append(error.halt_id)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        begun.wait(5)
        self.halt()
        for thread in threads:
            thread.join(5)
        self.assertEqual(outcomes, ["H-1"] * 4)

    def test_what_fails_by_itself_fails_as_it_would_without_a_guard(self):
        with self.assertRaises(ZeroDivisionError):
            self.guard.run(lambda _: 1 / 0, tool="t", action_class="c")
        with self.assertRaises(KeyboardInterrupt):
            with self.guard.action(tool="t", action_class="c"):
                self.halt()
                raise KeyboardInterrupt

    def test_names_that_the_control_plane_would_refuse_are_refused_here(self):
        for action_id in ("", "x" * 201):
            with self.assertRaises(ValueError):
                self.guard.run(lambda _: None, tool="t", action_class="c", action_id=action_id)

    def test_a_check_that_cannot_be_told_of_fails_no_action_and_leaves_none_behind(self):
        self.assertEqual(self.guard.run(lambda _: "done", tool=7, action_class="spend"), "done")
        self.assertEqual(self.guard.inflight, [])

    def standing(self, list_name):
        return len(self.guard._enforcer.standing()["inflight"][list_name])


class Reports(unittest.TestCase):
    def test_what_does_not_fit_is_cut_or_left_out_so_that_the_others_are_taken(self):
        said = guard._review(reviewer="ü" * 300, executed_digest="\N{GRINNING FACE}" * 150, words=-1)
        self.assertEqual((said["reviewer"], said["words"]), ("ü" * 200, None))
        self.assertEqual(said["executedDigest"], "\N{GRINNING FACE}" * 100)

    def test_a_guard_that_is_to_report_nothing_keeps_nothing_to_report(self):
        silent = guard.Guard(NOBODY, "token", "billing-agent", public_key=FIXTURE["key"], report=False)
        self.addCleanup(silent.close)
        silent.artifact("act-1", visibility="customer")
        silent.reviewed("act-1", reviewer="U0SRE1")
        self.assertEqual(silent._reports._waiting, {})

    def test_a_visibility_that_nobody_knows_is_refused(self):
        for some in (
            guard.CheckGuard(NOBODY, "token", "billing-agent"),
            guard.Guard(NOBODY, "token", "billing-agent", public_key=FIXTURE["key"]),
        ):
            self.addCleanup(getattr(some, "close", lambda: None))
            with self.assertRaises(ValueError):
                some.artifact("act-1", visibility="Customer")


if __name__ == "__main__":
    unittest.main()
