// The shapes that cross the rooms of the browser's half: wire messages, machine, world, what the page sees.
// Types only; nothing here exists at run time.
// Imported by every module through JSDoc and checked by `tsc --checkJs --strict`.

export type ComeBack = "yes" | "no" | "new_token" | "after_retry" | "person";
export interface CloseCode {
  code: number;
  name: string;
  comeBack: ComeBack;
}

// ---- the wire
export interface Cursor {
  epoch: string;
  seq: number;
  revision: number;
}
export interface User {
  id: string;
  name: string;
}
export interface Item {
  seq: number;
  id: string;
  title: string;
  body: string;
  format: "text" | "markdown";
  level: "info" | "success" | "warning" | "error";
  priority: number;
  category: string | null;
  url: string | null;
  source: string | null;
  data: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  read_at: string | null;
  archived_at: string | null;
  pinned_at: string | null;
  snoozed_until: string | null;
  count: number;
  pending?: boolean;
}
export type Mark =
  "read" | "unread" | "archived" | "unarchived" | "pinned" | "unpinned" | "snoozed" | "unsnoozed";

export interface AuthOk {
  type: "auth_ok";
  user: User;
  connection: string;
  session: string;
  heartbeat_s: number;
  cursor: Cursor;
  recovered: boolean;
  unread: number;
  revision: number;
  expires_at: string;
  renewed?: boolean;
}
export interface Snapshot {
  type: "snapshot";
  items: Item[];
  unread: number;
  revision: number;
  cursor: Cursor;
}
export interface Notifications {
  type: "notifications";
  items: Item[];
  after: number;
  cursor: Cursor;
  replay: boolean;
  unread?: number;
}
export interface Updated {
  type: "updated";
  items: (Partial<Item> & { id: string })[];
  unread: number;
  revision: number;
}
export interface HistoryPage {
  type: "history";
  ref: string;
  items: Item[];
  next: number | null;
}
export interface Ack {
  type: "ack";
  ref: string;
  unread: number;
  revision: number;
}
export interface Refusal {
  type: "error";
  code: string;
  message: string;
  ref?: string;
  retry_after_s?: number;
}
export interface Ping {
  type: "ping";
  t: unknown;
  seq?: number;
}
export interface Pong {
  type: "pong";
  t: unknown;
}
export interface Closing {
  type: "closing";
  code: number;
  reason: string;
  retry_after_ms?: number;
}
export type ServerMessage =
  AuthOk | Snapshot | Notifications | Updated | HistoryPage | Ack | Refusal | Ping | Pong | Closing;

export interface MarkMessage {
  type: "mark";
  id: string;
  as: Mark;
  items: string[];
  until?: string;
}
export interface MarkAllMessage {
  type: "mark_all";
  id: string;
  as: "read" | "archived";
  through: number;
}
/** What a person did to their inbox and the server has not acknowledged yet. */
export interface Operation {
  id: string;
  user: string;
  owner: string;
  at: string;
  message: MarkMessage | MarkAllMessage;
  order?: number;
}

// ---- the inbox
export interface Inbox {
  items: readonly Item[];
  cursor: Cursor | null;
  unread: number;
  unreadRevision: number;
  hasMore: boolean;
  ahead: number;
  early: readonly Notifications[];
  touched: Readonly<Record<string, number>>;
}
export interface CacheRow {
  user: string;
  name: string;
  items: readonly Item[];
  cursor: Cursor;
  unread: number;
  hasMore: boolean;
}

// ---- the machine
export type Phase = "disconnected" | "connecting" | "authenticating" | "connected" | "reconnecting";
export type Reason =
  "" | "signed_out" | "hidden" | "offline" | "gave_up" | "too_many_connections" | "refused" | "closed";
export interface MachineState {
  readonly phase: Phase;
  readonly reason: Reason;
  readonly generation: number;
  readonly attempt: number;
  readonly refusals: number;
  readonly page: "shown" | "hidden";
  readonly network: "online" | "offline";
}
export type TimerName =
  "grace" | "retry" | "deadline" | "stable" | "silence" | "renew" | "breaker" | "probe" | "hole";
export type EventType =
  | "started"
  | "stopped"
  | "closeAsked"
  | "reconnectAsked"
  | "signedOut"
  | "signedIn"
  | "pageHid"
  | "pageShown"
  | "pageLeft"
  | "pageReturned"
  | "wentOffline"
  | "cameOnline"
  | "nudged"
  | "tokenArrived"
  | "tokenDenied"
  | "tokenFailed"
  | "opened"
  | "welcomed"
  | "heard"
  | "closed"
  | "lagged"
  | "caughtUp"
  | "healthAnswered"
  | "healthFailed"
  | "graceEnded"
  | "retryCame"
  | "deadlinePassed"
  | "stoodFirm"
  | "fellSilent"
  | "tokenAged"
  | "breakerCame"
  | "proofMissed"
  | "holeStood";
export interface MachineEvent {
  type: EventType;
  generation?: number;
  code?: number;
  retryAfterMs?: number;
  expiresInMs?: number;
  page?: "shown" | "hidden";
  network?: "online" | "offline";
  told?: boolean;
}
export type Effect =
  | { do: "startTimer"; name: TimerName; ms: number; jitter?: number; unlessArmed?: boolean }
  | { do: "stopTimer"; name: TimerName }
  | { do: "stopTimers"; keep?: TimerName }
  | { do: "fetchToken"; generation: number }
  | { do: "openSocket"; generation: number }
  | { do: "closeSocket" }
  | { do: "sendAuth" }
  | { do: "renewAuth" }
  | { do: "sendPing" }
  | { do: "askHealth"; generation: number }
  | { do: "forget" }
  | { do: "tellTabs" }
  | { do: "goToSignIn" }
  | { do: "releasePage" }
  | { do: "veil" };
export type Step = [MachineState, Effect[]];
export type Move = (state: MachineState, event: MachineEvent, policy: Policy) => Step;

export interface Policy {
  readonly hidden_grace_ms: number;
  readonly retry_delays_ms: readonly number[];
  readonly retry_max_attempts: number;
  readonly retry_jitter: number;
  readonly heartbeat_ms: number;
  readonly silence_grace_ms: number;
  readonly stable_after_ms: number;
  readonly deadline_ms: number;
  readonly probe_ms: number;
  readonly hole_ms: number;
  readonly breaker_ms: number;
  readonly breaker_jitter: number;
  readonly renew_at: number;
  readonly renew_again_ms: number;
}

// ---- the world: everything that is not thought
export interface Answer {
  status: number;
  body: any;
  retryAfterMs?: number;
}
export interface SocketEvents {
  opened(): void;
  frame(payload: string | ArrayBuffer): void;
  closed(code: number): void;
}
export interface Socket {
  send(text: string): void;
  close(): void;
}
export interface Storage {
  readCache(user: string): Promise<CacheRow | undefined>;
  writeCache(row: CacheRow): Promise<unknown>;
  operations(user: string): Promise<Operation[]>;
  addOperation(operation: Operation): Promise<unknown>;
  removeOperation(id: string): Promise<unknown>;
  clear(): Promise<unknown>;
}
/** Other tabs of this browser; `alive` names the owners whose pages exist, null when that cannot be known. */
export interface Tabs {
  owner: string;
  alive(): Promise<Set<string> | null>;
  alone<T>(work: () => Promise<T>): Promise<T>;
  tell(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): void;
}
export type TabMessage = { type: "signed_out"; session: string | null } | { type: "signed_in" };
/** What only a page can do; a worker hands these on to its tabs. */
export interface Page {
  goToSignIn(): void;
  goHome(): void;
  release(): void;
  log(line: string): void;
}
export interface World {
  now(): number;
  wallNow(): number;
  random(): number;
  uuid(): string;
  setTimer(work: () => void, ms: number): unknown;
  clearTimer(handle: any): void;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  openSocket(events: SocketEvents): Socket;
  inflate: ((packed: ArrayBuffer, limit: number) => Promise<string>) | null;
  storage: Storage;
  tabs: Tabs;
  page: Page;
}

// ---- what the page sees
export interface Quality {
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly samples: readonly number[];
  readonly lastFrameAt: number | null;
  readonly drops: number;
  readonly replayed: number;
  readonly connectedSince: number | null;
}
export interface Actions {
  sendMessage(message: Record<string, unknown>): boolean;
  reconnect(): void;
  disconnect(): void;
  mark(ids: string | string[], as: Mark, until?: string | number | Date): void;
  markAll(as: "read" | "archived"): void;
  loadMore(): void;
  signOut(): Promise<boolean>;
  sendTest(): Promise<boolean>;
  signIn(username: string, password: string): Promise<boolean>;
}
export interface Seen {
  readonly connectionState: Phase;
  readonly reason: Reason;
  readonly isConnected: boolean;
  readonly unread: number;
  readonly notifications: readonly Item[];
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly user: User | null;
  readonly error: string;
  readonly attempt: number;
  readonly retryAt: number | null;
  readonly replayed: number;
  readonly quality: Quality;
}
export type WebSocketView = Seen & Actions;
export interface LiveEvents {
  notification?(item: Item, replay: boolean): void;
  connectionChange?(connectionState: Phase, reason: Reason, isConnected: boolean): void;
}
