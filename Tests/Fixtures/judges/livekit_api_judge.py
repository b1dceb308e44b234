"""Uses a LiveKit server through livekit-api from PyPI, unchanged (protobuf), and says what it answered.

    livekit_api_judge.py URL      keys from LIVEKIT_API_KEY, LIVEKIT_API_SECRET

Ends with status 0 when everything was as it must be of a server with one call in `room-1`, served by v1."""

import asyncio
import sys

from livekit import api
from livekit.protocol import cloud_agent
from livekit.protocol.models import ParticipantInfo


async def refused(awaitable, code, message):
    try:
        await awaitable
    except api.TwirpError as error:
        assert (error.code, error.message) == (code, message), (error.code, error.message)
    else:
        raise AssertionError(f"not refused: {message}")


async def rooms(server):
    listed = (await server.room.list_rooms(api.ListRoomsRequest())).rooms
    assert [room.name for room in listed] == ["room-1"], listed
    assert listed[0].sid.startswith("RM_") and listed[0].turn_password and len(listed[0].enabled_codecs) == 10
    assert not (await server.room.list_rooms(api.ListRoomsRequest(names=["other"]))).rooms
    participants = (await server.room.list_participants(api.ListParticipantsRequest(room="room-1"))).participants
    agent = next(p for p in participants if p.kind == ParticipantInfo.Kind.AGENT)
    assert agent.attributes["app.version"] == "v1" and agent.identity.startswith("agent-AJ_"), agent
    assert agent.state == ParticipantInfo.State.ACTIVE and agent.permission.agent
    assert 0 <= agent.joined_at_ms // 1000 - agent.joined_at <= 1
    assert (await server.room.get_participant(api.RoomParticipantIdentity(room="room-1", identity=agent.identity))) == agent
    await refused(
        server.room.get_participant(api.RoomParticipantIdentity(room="room-1", identity="none")),
        "not_found", "twirp error unknown: participant does not exist")
    return agent


async def dispatches(server, agent):
    made = await server.room.create_room(
        api.CreateRoomRequest(name="probe-1", empty_timeout=30, metadata="m", max_participants=4))
    assert (made.name, made.empty_timeout, made.departure_timeout, made.metadata) == ("probe-1", 30, 20, "m"), made
    dispatch = await server.agent_dispatch.create_dispatch(
        api.CreateAgentDispatchRequest(room="probe-1", agent_name="concierge", metadata="{}"))
    assert dispatch.id.startswith("AD_") and dispatch.state.created_at > 10**18 and not dispatch.state.jobs
    for _ in range(200):
        listed = await server.agent_dispatch.list_dispatch("probe-1")
        jobs = [job for each in listed for job in each.state.jobs]
        if jobs:
            break
        await asyncio.sleep(0.02)
    assert sorted(each.agent_name for each in listed) == ["", "concierge"], listed
    assert jobs[0].state.worker_id.startswith("CAW_") and jobs[0].state.participant_identity == f"agent-{jobs[0].id}"
    assert jobs[0].room.name == "probe-1" and jobs[0].state.started_at > 10**18
    await refused(
        server.agent_dispatch.delete_dispatch("AD_none", "probe-1"),
        "not_found", "twirp error unknown: dispatch ID not found")
    assert (await server.agent_dispatch.delete_dispatch(dispatch.id, "probe-1")).id == dispatch.id
    await refused(
        server.agent_dispatch.create_dispatch(
            api.CreateAgentDispatchRequest(room="probe-1", agent_name="concierge", deployment="not_valid")),
        "invalid_argument", "twirp error unknown: deployment contains reserved character '_'")
    await server.room.remove_participant(api.RoomParticipantIdentity(room="room-1", identity=agent.identity))
    await server.room.delete_room(api.DeleteRoomRequest(room="probe-1"))
    await refused(
        server.room.delete_room(api.DeleteRoomRequest(room="probe-1")),
        "not_found", "twirp error unknown: requested room does not exist")


async def agents(server):
    """livekit-api has no client for hosted agents; its Twirp client and the published messages have."""
    headers = {"authorization": f"Bearer {signed(agent={'admin': True})}"}
    call = lambda method, request, answer: server.room._client.request("CloudAgent", method, request, headers, answer)
    listed = (await call("ListAgents", cloud_agent.ListAgentsRequest(), cloud_agent.ListAgentsResponse)).agents
    assert [(a.agent_id, a.agent_name, a.version) for a in listed] == [("CA_test123", "concierge", "v1")], listed
    row = listed[0].agent_deployments[0]
    assert (row.region, row.status, row.replicas, row.version) == ("us-east", "Running", 2, "v1"), row
    assert row.HasField("last_scraped_at") and row.last_scraped_at.seconds > 10**9
    request = cloud_agent.ListAgentVersionsRequest(agent_id="CA_test123")
    versions = (await call("ListAgentVersions", request, cloud_agent.ListAgentVersionsResponse)).versions
    assert [(v.version, v.current, v.active, v.draining) for v in versions] == [("v1", True, True, False)], versions
    assert dict(versions[0].attributes) == {"release": "r-1"}
    request = cloud_agent.RollbackAgentRequest(agent_id="CA_test123", version="v0")
    answer = await call("RollbackAgent", request, cloud_agent.RollbackAgentResponse)
    assert (answer.success, answer.message) == (False, "version not found"), answer
    await refused(
        call("ListAgentVersions", cloud_agent.ListAgentVersionsRequest(agent_id="CA_no"),
             cloud_agent.ListAgentVersionsResponse), "not_found", "agent not found")
    headers = {"authorization": f"Bearer {signed(video={'roomList': True})}"}
    await refused(
        server.room._client.request(
            "CloudAgent", "ListAgents", cloud_agent.ListAgentsRequest(), headers, cloud_agent.ListAgentsResponse),
        "unauthenticated", "permissions denied")


def signed(**grants):
    import os
    import time

    import jwt

    now = int(time.time())
    claims = {"iss": os.environ["LIVEKIT_API_KEY"], "nbf": now, "exp": now + 60, **grants}
    return jwt.encode(claims, os.environ["LIVEKIT_API_SECRET"], algorithm="HS256")


async def main():
    async with api.LiveKitAPI(url=sys.argv[1]) as server:
        agent = await rooms(server)
        await dispatches(server, agent)
        await agents(server)
    print("ok")


asyncio.run(main())
