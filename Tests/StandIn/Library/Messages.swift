/// The messages and enumerations that the stand-in speaks, as livekit/protocol publishes them; a test compares each field
/// with the descriptors of livekit-protocol from PyPI. Fields stand in the order in which a server prints them; those
/// newer than livekit-server 1.13.5 are left out.
enum Messages {
  static let published = """
    message ListRoomsRequest { repeated string names = 1; }
    message ListRoomsResponse { repeated Room rooms = 1; }
    message CreateRoomRequest {
      string name = 1; uint32 empty_timeout = 2; uint32 departure_timeout = 10; uint32 max_participants = 3;
      string metadata = 5; repeated RoomAgentDispatch agents = 14;
    }
    message DeleteRoomRequest { string room = 1; }
    message DeleteRoomResponse { }
    message ListParticipantsRequest { string room = 1; }
    message ListParticipantsResponse { repeated ParticipantInfo participants = 1; }
    message RoomParticipantIdentity { string room = 1; string identity = 2; }
    message RemoveParticipantResponse { }
    message Room {
      string sid = 1; string name = 2; uint32 empty_timeout = 3; uint32 departure_timeout = 14;
      uint32 max_participants = 4; int64 creation_time = 5; int64 creation_time_ms = 15; string turn_password = 6;
      repeated Codec enabled_codecs = 7; string metadata = 8; uint32 num_participants = 9; uint32 num_publishers = 11;
      bool active_recording = 10; TimedVersion version = 13;
    }
    message Codec { string mime = 1; string fmtp_line = 2; }
    message TimedVersion { int64 unix_micro = 1; int32 ticks = 2; }
    message ParticipantInfo {
      string sid = 1; string identity = 2; ParticipantInfo.State state = 3; repeated TrackInfo tracks = 4;
      string metadata = 5; int64 joined_at = 6; int64 joined_at_ms = 17; string name = 9; uint32 version = 10;
      ParticipantPermission permission = 11; string region = 12; bool is_publisher = 13; ParticipantInfo.Kind kind = 14;
      map<string, string> attributes = 15; DisconnectReason disconnect_reason = 16;
      repeated ParticipantInfo.KindDetail kind_details = 18; repeated DataTrackInfo data_tracks = 19;
      int32 client_protocol = 20; repeated ClientInfo.Capability capabilities = 21;
    }
    message TrackInfo { string sid = 1; }
    message DataTrackInfo { uint32 pub_handle = 1; string sid = 2; string name = 3; }
    message ParticipantPermission {
      bool can_subscribe = 1; bool can_publish = 2; bool can_publish_data = 3;
      repeated TrackSource can_publish_sources = 9; bool hidden = 7; bool recorder = 8; bool can_update_metadata = 10;
      bool agent = 11; bool can_subscribe_metrics = 12; bool can_manage_agent_session = 13;
    }
    enum ParticipantInfo.State { JOINING = 0; JOINED = 1; ACTIVE = 2; DISCONNECTED = 3; }
    enum ParticipantInfo.Kind {
      STANDARD = 0; INGRESS = 1; EGRESS = 2; SIP = 3; AGENT = 4; CONNECTOR = 7; BRIDGE = 8;
    }
    enum ParticipantInfo.KindDetail { CLOUD_AGENT = 0; FORWARDED = 1; }
    enum ClientInfo.Capability { CAP_UNUSED = 0; CAP_PACKET_TRAILER = 1; CAP_COMPRESSION_DEFLATE_RAW = 2; }
    enum TrackSource { UNKNOWN = 0; CAMERA = 1; MICROPHONE = 2; SCREEN_SHARE = 3; SCREEN_SHARE_AUDIO = 4; }
    enum DisconnectReason {
      UNKNOWN_REASON = 0; CLIENT_INITIATED = 1; PARTICIPANT_REMOVED = 4; ROOM_DELETED = 5; CONNECTION_TIMEOUT = 14;
    }

    message CreateAgentDispatchRequest {
      string agent_name = 1; string room = 2; string metadata = 3; JobRestartPolicy restart_policy = 4;
      string deployment = 5; map<string, string> attributes = 6;
    }
    message RoomAgentDispatch {
      string agent_name = 1; string metadata = 2; JobRestartPolicy restart_policy = 3; string deployment = 4;
      map<string, string> attributes = 5;
    }
    message DeleteAgentDispatchRequest { string dispatch_id = 1; string room = 2; }
    message ListAgentDispatchRequest { string dispatch_id = 1; string room = 2; }
    message ListAgentDispatchResponse { repeated AgentDispatch agent_dispatches = 1; }
    message AgentDispatch {
      string id = 1; string agent_name = 2; string room = 3; string metadata = 4; AgentDispatchState state = 5;
      JobRestartPolicy restart_policy = 6; string deployment = 7; map<string, string> attributes = 8;
    }
    message AgentDispatchState { repeated Job jobs = 1; int64 created_at = 2; int64 deleted_at = 3; }
    message Job {
      string id = 1; string dispatch_id = 9; JobType type = 2; Room room = 3; optional ParticipantInfo participant = 4;
      string namespace = 5; string metadata = 6; string agent_name = 7; JobState state = 8; bool enable_recording = 10;
      string deployment = 11; map<string, string> attributes = 12; bool enable_redaction = 13;
    }
    message JobState {
      JobStatus status = 1; string error = 2; int64 started_at = 3; int64 ended_at = 4; int64 updated_at = 5;
      string participant_identity = 6; string worker_id = 7; string agent_id = 8;
    }
    enum JobType { JT_ROOM = 0; JT_PUBLISHER = 1; JT_PARTICIPANT = 2; }
    enum JobStatus { JS_PENDING = 0; JS_RUNNING = 1; JS_SUCCESS = 2; JS_FAILED = 3; }
    enum JobRestartPolicy { JRP_ON_FAILURE = 0; JRP_NEVER = 1; }

    message WebhookEvent { string event = 1; Room room = 2; ParticipantInfo participant = 3; string id = 6; int64 created_at = 7; }

    message ClientSettingsRequest { }
    message ClientSettingsResponse { repeated SettingsParam params = 1; }
    message SettingsParam { string name = 1; string value = 2; }
    message ListAgentsRequest { string agent_name = 1; string agent_id = 2; }
    message ListAgentsResponse { repeated AgentInfo agents = 1; }
    message AgentInfo {
      string agent_id = 1; string agent_name = 2; string version = 3; repeated AgentDeployment agent_deployments = 4;
      repeated AgentSecret secrets = 5; google.protobuf.Timestamp deployed_at = 6;
    }
    message AgentDeployment {
      string region = 1; string agent_id = 2; string status = 3; int32 replicas = 4; int32 min_replicas = 5;
      int32 max_replicas = 6; string cpu_req = 7; string cur_cpu = 8; string cur_mem = 9; string mem_req = 10;
      string mem_limit = 11; string cpu_limit = 12; string server_region = 13; repeated AgentEvent events = 14;
      string deployment = 15; string version = 16; string agent_name = 17; bool deployment_enabled = 18;
      google.protobuf.Timestamp last_scraped_at = 19;
    }
    message AgentEvent { AgentEventType type = 1; int32 count = 2; google.protobuf.Timestamp timestamp = 3; }
    enum AgentEventType {
      AGENT_EVENT_TYPE_UNKNOWN = 0; AGENT_EVENT_TYPE_APPLICATION_CRASHED = 1;
      AGENT_EVENT_TYPE_RESTARTED_HIGH_DISK_USAGE = 2; AGENT_EVENT_TYPE_RESTARTED_HIGH_MEMORY_USAGE = 3;
    }
    message AgentSecret {
      string name = 1; bytes value = 2; google.protobuf.Timestamp created_at = 3;
      google.protobuf.Timestamp updated_at = 4; AgentSecretKind kind = 5;
    }
    enum AgentSecretKind {
      AGENT_SECRET_KIND_UNKNOWN = 0; AGENT_SECRET_KIND_ENVIRONMENT = 1; AGENT_SECRET_KIND_FILE = 2;
    }
    message ListAgentVersionsRequest { string agent_id = 1; string agent_name = 2; }
    message ListAgentVersionsResponse { repeated AgentVersion versions = 1; }
    message AgentVersion {
      string version = 1; bool current = 2; google.protobuf.Timestamp created_at = 3;
      google.protobuf.Timestamp deployed_at = 4; map<string, string> attributes = 5; string status = 6;
      string owner = 7; bool draining = 8; bool active = 9;
    }
    message ListAgentSecretsRequest { string agent_id = 1; string agent_name = 2; }
    message ListAgentSecretsResponse { repeated AgentSecret secrets = 1; }
    message DeployAgentV2Request {
      string agent_id = 1; repeated AgentSecret secrets = 2; string deployment = 3; map<string, string> attributes = 4;
    }
    message DeployAgentV2Response {
      bool success = 1; string message = 2; string agent_id = 3; string tag = 4; PresignedPostRequest presigned_req = 5;
      string deployment = 6;
    }
    message PresignedPostRequest { string url = 1; map<string, string> values = 2; }
    message RollbackAgentRequest { string agent_id = 1; string agent_name = 2; string version = 3; }
    message RollbackAgentResponse { bool success = 1; string message = 2; }
    message RestartAgentRequest { string agent_id = 1; }
    message RestartAgentResponse { bool success = 1; string message = 2; }
    message UpdateAgentSecretsRequest {
      string agent_id = 1; string agent_name = 2; bool overwrite = 3; repeated AgentSecret secrets = 4;
    }
    message UpdateAgentSecretsResponse { bool success = 1; string message = 2; }
    """

  /// The same, understood.
  static let schema = Schema(published)
}
