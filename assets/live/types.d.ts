// The shapes that cross the rooms of the browser's half: wire messages, machine, world, what the page sees.
// Types only; nothing here exists at run time.
// Imported by every module through JSDoc and checked by `tsc --checkJs --strict`.

export type ComeBack = "yes" | "no" | "new_token" | "after_retry" | "person";
export interface CloseCode {
  code: number;
  name: string;
  comeBack: ComeBack;
}

// ---- the wire: as the models in tidings/live say
import type { Build, Cursor, Item as SentItem, MarkAll, MarkItems, Notifications, Undo, User, History, Updated } from "./messages.js";

export type {
  Ack,
  AuthOk,
  Build,
  Cursor,
  HistoryPage,
  Notifications,
  Refusal,
  Renewed,
  ServerMessage,
  Snapshot,
  Updated,
  User,
} from "./messages.js";
export type Mark = MarkItems["as"];
export type ChangedItem = Updated["items"][number];
export type MarkMessage = MarkItems;
export type MarkAllMessage = MarkAll;
export type UndoMessage = Undo;
export type Deed = MarkMessage | MarkAllMessage | UndoMessage;
/** What an operation on everything changed, as far as the browser can know. */
export interface Reach {
  ids: readonly string[];
  unread: number;
}
export interface Item extends SentItem {
  /** Something done to it waits to be acknowledged. */
  pending?: boolean;
}
/** What a person did to their inbox and the server has not acknowledged yet. */
export interface Operation {
  id: string;
  user: string;
  owner: string;
  at: string;
  message: Deed;
  /** Of an undo: what is to be laid over the inbox until the server has answered. */
  takesBack?: Reach;
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
  today?: DropsOfDay;
}

// ---- the lists of a tab
/** What somebody asks for: a view, narrowed by what is not empty. */
export interface Question {
  readonly view: History["view"];
  readonly level: "" | SentItem["level"];
  readonly category: string;
  readonly source: string;
  readonly search: string;
  /** The id of the only one that is asked for; else empty. */
  readonly item: string;
}
/** A question as the server hears it; `ids` asks which of those belong. */
export type HistoryAsked = Omit<History, "type" | "id">;
export interface ListPage {
  readonly items: readonly Item[];
  readonly next: number | null;
}
/** The items of a question, as far down as was asked for, and whatever else is known of what was there. */
export interface Listing {
  readonly question: Question;
  readonly items: readonly Item[];
  /** Below this number nothing was asked for yet. */
  readonly floor: number;
  readonly isLoaded: boolean;
  readonly hasMore: boolean;
  /** Ids of which only the server knows whether they belong. */
  readonly doubts: readonly string[];
  /** Nobody knows what happened meanwhile: it has to be asked anew. */
  readonly isStale: boolean;
  /** Ids that stay in sight although they were read: somebody opened them here. */
  readonly kept: ReadonlySet<string>;
}
/** What the server said of an inbox, for lists that follow it. */
export interface Moved {
  readonly arrived: readonly Item[];
  readonly changes: readonly ChangedItem[];
  readonly settled: Operation | null;
  readonly isAnew: boolean;
}
/** The list a tab looks at. */
export interface Listed {
  readonly question: Question;
  readonly listed: readonly Item[];
  readonly listing: boolean;
  readonly listedMore: boolean;
  readonly listingMore: boolean;
  readonly listingFailed: boolean;
}
/** What a tab can do with its list. */
export interface Looking {
  lookAt(question: Partial<Record<keyof Question, unknown>>): void;
  loadListed(): void;
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
  fresh?: boolean;
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
  send(payload: string | ArrayBuffer): void;
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
  deflate: ((text: string) => Promise<ArrayBuffer>) | null;
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
  readonly dropsToday: number;
  readonly day: string;
  readonly replayed: number;
  readonly connectedSince: number | null;
  /** The last coming back: how many missed ones were replayed, null when the whole list was loaded anew. */
  readonly lastReturn: { readonly at: number; readonly replayed: number | null } | null;
}
/** How often the line broke on one day of the browser's calendar. */
export interface DropsOfDay {
  day: string;
  drops: number;
}
export interface Actions {
  sendMessage(message: Record<string, unknown>): boolean;
  reconnect(): void;
  disconnect(): void;
  mark(ids: string | string[], as: Mark, until?: string | number | Date, id?: string): void;
  markAll(as: "read" | "archived", id?: string): void;
  /** Take a `markAll` back, named by its id. */
  undo(of: string, as: "unread" | "unarchived", id?: string): void;
  loadMore(): void;
  findPage(asked: HistoryAsked): Promise<ListPage | null>;
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
  /** What was done here and is not acknowledged yet. */
  readonly operations: readonly Operation[];
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly user: User | null;
  readonly error: string;
  /** What the person has chosen, on whichever device; null until the server has said it. */
  readonly preferences: Readonly<Record<string, any>> | null;
  readonly attempt: number;
  readonly retryAt: number | null;
  readonly replayed: number;
  readonly quality: Quality;
  /** The id of the connection that was welcomed last. */
  readonly connection: string | null;
  /** The pages the server has, which may be newer than this one; null: none of its own, or not known yet. */
  readonly build: Build | null;
  /** How many tabs share the connection. */
  readonly tabs: number;
  /** Whether this tab is the one that was looked at last: it speaks, the others only count. */
  readonly isLookedAt: boolean;
}
export type ConnectionView = Seen & Actions;
export type WebSocketView = ConnectionView & Listed & Looking;
export interface LiveEvents {
  moved?(moved: Moved): void;
  notification?(item: Item, replay: boolean): void;
  connectionChange?(connectionState: Phase, reason: Reason, isConnected: boolean): void;
  /** A message of a type that the protocol does not know: registered in Python, understood by the page. */
  message?(message: { type: string } & Record<string, unknown>): void;
}

// ---- sharing: one worker, many tabs
/** How a tab is: what it shows to a person, what it knows of the network, whether it wants a connection. */
export interface TabReport {
  page: "shown" | "hidden";
  network: "online" | "offline";
  isStarted: boolean;
  isNudge: boolean;
}
export interface TabState {
  readonly page: "shown" | "hidden";
  readonly isStarted: boolean;
  readonly lookedAt: number;
  readonly heardAt: number;
  readonly isFrozen: boolean;
}
export interface Presence {
  readonly tabs: ReadonlyMap<string, TabState>;
  readonly network: "online" | "offline";
  readonly looks: number;
}
/** What changed in a view; an item that did not change is named by its id. */
export interface Patch {
  changes: Partial<Seen>;
  items: (string | Item)[] | null;
}
export type Verb = keyof Actions;
export interface Call {
  ref: string;
  verb: Verb;
  words: unknown[];
}
export type TabWord =
  | {
      type: "join";
      tab: string;
      lock: string;
      server: { http: string; ws: string };
      report: TabReport;
      replaces: string | null;
    }
  | { type: "am"; tab: string; report: TabReport; isAsking: boolean }
  | ({ type: "call"; tab: string } & Call)
  | { type: "leave"; tab: string };
export type WorkerWord =
  | { type: "welcome"; lock: string }
  | { type: "here" }
  | { type: "resigned" }
  | { type: "seen"; patch: Patch }
  | { type: "news"; item: Item; replay: boolean }
  | { type: "changed"; change: [Phase, Reason, boolean] }
  | { type: "moved"; moved: Moved }
  | { type: "said"; message: { type: string } & Record<string, unknown> }
  | { type: "answer"; ref: string; value: unknown }
  | { type: "do"; what: keyof Page; line?: string };
/** One end of the line between a tab and a worker. */
export interface Wire {
  post(word: TabWord | WorkerWord): void;
  hear(listener: (word: unknown) => void): void;
  broke(listener: () => void): void;
  close(): void;
}
export interface Locks {
  hold(name: string): Promise<{ release: () => void; taken: Promise<unknown> }>;
  freed(name: string, signal?: AbortSignal): Promise<void>;
  take(name: string): Promise<void>;
  held(): Promise<string[]>;
}
/** What a tab needs of its browser to share a connection. */
export type Recalled = Pick<Seen, "notifications" | "unread" | "hasMore"> & { user: User };

export interface Tab {
  name: string;
  lock: string;
  isHeld: Promise<unknown>;
  build: string;
  locks: Locks;
  page: Page;
  openWorker(name: string): Wire;
  reader: string | null;
  recall(): Promise<Recalled | null>;
  uuid(): string;
  now(): number;
  setTimer(work: () => void, ms: number): unknown;
  clearTimer(handle: any): void;
}
