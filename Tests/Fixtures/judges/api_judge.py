"""Google's protobuf and the descriptors of livekit-protocol as the judge of what the client reads.

`words` answers each word of the API's enumerations with its number. `answers SEED COUNT` makes random answers, each in two
forms: as a self-hosted server writes it (names of the protocol, defaults written) and as services do that leave defaults out
(camel case). A line is JSON: method, the two forms, and what they say, in plain words.
"""
import json
import random
import sys

from google.protobuf import json_format
from livekit.protocol import agent, agent_dispatch, cloud_agent, models, room

ENUMS = {
    "ListedParticipant.State": models.ParticipantInfo.State,
    "ListedParticipant.Kind": models.ParticipantInfo.Kind,
    "ListedParticipant.EndReason": models.DisconnectReason,
    "AgentJob.Status": agent.JobStatus,
    "CloudAgent.Event.Kind": cloud_agent.AgentEventType,
}

if sys.argv[1] == "words":
    for name, enum in ENUMS.items():
        for word, number in enum.items():
            print(f"{name} {word} {number}")
    sys.exit()

dice = random.Random(int(sys.argv[2]))


def maybe(*values):
    return dice.choice(values)


def made_room():
    return models.Room(
        sid=maybe("", "RM_x"), name=maybe("a", "é 😀"), creation_time=maybe(0, 1795242875),
        creation_time_ms=maybe(0, 1795242875764), num_participants=maybe(0, 3), turn_password="hidden-turn-password",
        metadata=maybe("", '{"a":1}'), empty_timeout=maybe(0, 300), departure_timeout=maybe(0, 20),
        enabled_codecs=[models.Codec(mime="audio/opus")])


def shown_room(r):
    created = r.creation_time_ms * 1000000 or r.creation_time * 1000000000
    return [r.sid, r.name, created, r.num_participants, r.metadata, r.empty_timeout, r.departure_timeout]


def made_participant():
    return models.ParticipantInfo(
        sid="PA_x", identity=maybe("", "agent-AJ_x"), state=dice.randrange(4), kind=maybe(0, 1, 2, 3, 4, 7, 8),
        joined_at=maybe(0, 1795242875), joined_at_ms=maybe(0, 1795242875764), name=maybe("", "Zoë"),
        attributes=maybe({}, {"app.version": "v1", "appVersion": ""}), region=maybe("", "us-east"),
        disconnect_reason=dice.randrange(17), metadata=maybe("", "m"))


def shown_participant(p):
    joined = p.joined_at_ms * 1000000 or p.joined_at * 1000000000
    return [p.sid, p.identity, p.state, p.kind, joined, p.name, dict(p.attributes), p.region, p.disconnect_reason,
            p.metadata]


def made_dispatch():
    state = agent.JobState(
        status=dice.randrange(5), error=maybe("", "e"), started_at=maybe(0, 1795240176053163609),
        ended_at=maybe(0, 1795240176), participant_identity=maybe("", "agent-AJ_x"), worker_id=maybe("", "AW_x"),
        agent_id=maybe("", "CA_x"))
    job = agent.Job(id="AJ_x", agent_name=maybe("", "concierge"), deployment=maybe("", "green"), room=made_room(),
                    state=state)
    return agent_dispatch.AgentDispatch(
        id="AD_x", agent_name=maybe("", "concierge"), room="a", metadata=maybe("", "m"), deployment=maybe("", "blue"),
        state=agent_dispatch.AgentDispatchState(
            jobs=maybe([], [job], [job, job]), created_at=maybe(0, 1795242878838352395), deleted_at=maybe(0, 1795242878838)))


def shown_dispatch(d):
    jobs = [[j.id, j.agent_name, j.deployment, shown_room(j.room), j.state.status, j.state.error, j.state.started_at,
             j.state.ended_at * 1000000000, j.state.participant_identity, j.state.worker_id, j.state.agent_id]
            for j in d.state.jobs]
    return [d.id, d.agent_name, d.room, d.metadata, d.deployment, jobs, d.state.created_at, d.state.deleted_at * 1000000]


def made_agent():
    rows = []
    for _ in range(dice.randrange(3)):
        row = cloud_agent.AgentDeployment(
            region="us-east", status=maybe("", "Running", "CrashLoop", "Build Failed", "New Word"), replicas=maybe(0, 2),
            min_replicas=maybe(0, 1), max_replicas=maybe(0, 10), server_region=maybe("", "local1a"),
            deployment=maybe("", "staging"), version=maybe("", "v2"), cur_cpu=maybe("", "120m"))
        if maybe(True, False):
            row.last_scraped_at.FromNanoseconds(1795242875500000000)
            row.events.add(type=dice.randrange(4), count=maybe(0, 3)).timestamp.FromNanoseconds(1795242875000000000)
        rows.append(row)
    made = cloud_agent.AgentInfo(
        agent_id="CA_x", agent_name="concierge", version=maybe("--", "", "v2"), agent_deployments=rows,
        secrets=[cloud_agent.AgentSecret(name="HIDDEN_SECRET_NAME")])
    if maybe(True, False):
        made.deployed_at.FromNanoseconds(1795242875000000000)
    return made


def shown_agent(a):
    rows = []
    for r in a.agent_deployments:
        scraped = r.last_scraped_at.ToNanoseconds()
        known = lambda number: number if scraped or number else -1
        rows.append([r.region, r.deployment, r.status, known(r.replicas), known(r.min_replicas), known(r.max_replicas),
                     r.version, scraped, r.server_region, r.cur_cpu,
                     [[e.type, e.count, e.timestamp.ToNanoseconds()] for e in r.events]])
    return [a.agent_id, a.agent_name, "" if a.version == "--" else a.version, a.deployed_at.ToNanoseconds(), rows]


def line(value):
    if isinstance(value, list):
        return "[" + "|".join(line(item) for item in value) + "]"
    if isinstance(value, dict):
        return line([f"{key}={value[key]}" for key in sorted(value)])
    return str(value)


METHODS = {
    "ListRooms": (room.ListRoomsResponse, "rooms", made_room, shown_room),
    "ListParticipants": (room.ListParticipantsResponse, "participants", made_participant, shown_participant),
    "ListDispatch": (agent_dispatch.ListAgentDispatchResponse, "agent_dispatches", made_dispatch, shown_dispatch),
    "ListAgents": (cloud_agent.ListAgentsResponse, "agents", made_agent, shown_agent),
}

for _ in range(int(sys.argv[3])):
    for method, (kind, field, made, shown) in METHODS.items():
        answer = kind(**{field: [made() for _ in range(dice.randrange(4))]})
        full = json_format.MessageToDict(
            answer, always_print_fields_with_no_presence=True, preserving_proto_field_name=True)
        print(json.dumps({
            "method": method, "full": json.dumps(full), "short": json.dumps(json_format.MessageToDict(answer)),
            "says": line([shown(item) for item in getattr(answer, field)])}))
