/* The load client: many WebSockets in one epoll loop, publishing over HTTP, checking that every socket got every item.
 * Nothing about one server comes in here but the three ways to say hello (raw, socketio, tidings); how fast is judged
 * elsewhere. Compiled and driven by client.py: commands come on stdin, one line each, answers leave as lines of JSON.
 *
 * Every item carries a serial number in its title ("#0000001234"). Each socket keeps which numbers it has seen, so a
 * missing, doubled or foreign item is found, not averaged away.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_SOCKETS 20000
#define MOST_DOORS 256
#define SOCKETS_AN_ADDRESS 8192 /* then the next source address: there are fewer ports than sockets */
#define RING 65536 /* publishes that may be under way at once; a power of two */
#define AHEAD 1024 /* how far one publish may overtake another: servers accept connections one a turn */
#define BUCKETS 2048
#define MARK "\"title\":\"#"
#define MARK_SIZE 10
#define DIGITS 10
#define LATE_S 15.0 /* a phase that is not complete so long after its last publish has lost something */

enum flavour { RAW, SOCKETIO, TIDINGS };
enum phase { CONNECTING, UPGRADING, GREETING, READY, WAITING, GONE };

struct live {
  int fd, index;
  enum phase phase;
  char *part; /* the beginning of a frame whose rest has not come yet */
  size_t part_size;
  uint64_t base; /* all items below `base` are here, and of those after it the ones marked in `seen` */
  uint8_t seen[AHEAD];
  double began, again;
  int stalled;
};

struct door { /* one HTTP connection */
  int fd, busy;
  size_t size;
  char answer[65536];
  uint64_t serial;
};

static enum flavour flavour;
static int port, poll_fd, sockets, ready_sockets, stalled_sockets;
static struct live live[MOST_SOCKETS];
static struct door doors[MOST_DOORS];
static int door_count;
static char *tokens[MOST_SOCKETS], *cursors[MOST_SOCKETS]; /* a cursor is what somebody who returns has seen, or NULL */
static int token_count;
static char *request;
static size_t request_size;
static char *serial_at, *recipient_at;
static const char *path = "/";

/* one phase of publishing */
static int publishing, unicast;
static uint64_t first_serial, next_serial = 1, completed;
static uint32_t remaining[RING];
static double sent_at[RING];
static uint64_t delivered, wrong, refused, answered, frames_in, bytes_in;
static uint64_t latencies[BUCKETS], opening[BUCKETS], lateness[BUCKETS];
static uint64_t closed_by_server, open_failures, pings;
static int last_close_code;
static double working_s; /* spent with something to do: near the whole time, this client would be the bottleneck */
static char buffer[1 << 20];

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void stop(const char *why) {
  fprintf(stderr, "load: %s (%s)\n", why, strerror(errno));
  exit(1);
}

/* Histogram with 5 % wide buckets from one microsecond on. */
static void note(uint64_t *histogram, double seconds) {
  double us = seconds * 1e6;
  int bucket = us <= 1 ? 0 : (int)(log(us) / log(1.05));
  histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

static double quantile_ms(uint64_t *histogram, double q) {
  uint64_t total = 0, sum = 0;
  for (int i = 0; i < BUCKETS; i++) total += histogram[i];
  for (int i = 0; i < BUCKETS; i++)
    if ((sum += histogram[i]) && sum >= q * total) return pow(1.05, i + 0.5) / 1000;
  return 0;
}

static void watch(int fd, uint32_t events, void *whose, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = whose};
  if (epoll_ctl(poll_fd, operation, fd, &event)) stop("epoll_ctl");
}

/* Leave from 127.0.0.1, .2, .3 …: all of them are this machine. */
static void leave_from(int fd, int index) {
  int one = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = 0};
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + index / SOCKETS_AN_ADDRESS);
  if (bind(fd, (struct sockaddr *)&here, sizeof here)) stop("bind");
}

static int connect_soon(int index) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  if (fd < 0) stop("socket: raise `ulimit -n`");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct linger abrupt = {1, 0}; /* leave no port in TIME_WAIT */
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
  if (index >= SOCKETS_AN_ADDRESS) leave_from(fd, index);
  struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(port)};
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&there, sizeof there) && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

static void say(struct live *s, uint8_t opcode, const char *text, size_t size) {
  static char out[16384];
  if (size > sizeof out - 16) stop("message too long");
  size_t at = 0;
  out[at++] = (char)(0x80 | opcode);
  if (size < 126) {
    out[at++] = (char)(0x80 | size);
  } else {
    out[at++] = (char)(0x80 | 126);
    out[at++] = (char)(size >> 8);
    out[at++] = (char)size;
  }
  memset(out + at, 0, 4); /* masked with zeros: allowed, and free */
  at += 4;
  memcpy(out + at, text, size);
  if (send(s->fd, out, at + size, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET && errno != EAGAIN) stop("send");
}

static void leave(struct live *s) {
  epoll_ctl(poll_fd, EPOLL_CTL_DEL, s->fd, NULL);
  close(s->fd);
  free(s->part);
  s->part = NULL;
  s->part_size = 0;
  if (s->phase == READY) {
    ready_sockets--;
    closed_by_server++;
    s->phase = GONE;
  } else { /* refused while opening: come back in a moment, as a browser does */
    open_failures++;
    s->phase = WAITING;
    s->again = now_s() + 0.2 + 0.8 * drand48();
  }
}

static void begin(struct live *s) {
  s->fd = connect_soon(s->index);
  if (s->fd < 0) {
    open_failures++;
    s->phase = WAITING;
    s->again = now_s() + 0.5;
    return;
  }
  s->phase = CONNECTING;
  watch(s->fd, EPOLLOUT, s, EPOLL_CTL_ADD);
}

static void upgrade(struct live *s) {
  char head[512];
  int size = snprintf(head, sizeof head,
                      "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                      path, port);
  if (send(s->fd, head, size, MSG_NOSIGNAL) != size) {
    leave(s);
    return;
  }
  s->phase = UPGRADING;
  watch(s->fd, EPOLLIN, s, EPOLL_CTL_MOD);
}

static void became_ready(struct live *s) {
  s->phase = READY;
  ready_sockets++;
  note(opening, now_s() - s->began);
}

static void greet(struct live *s) {
  s->phase = GREETING;
  if (flavour == RAW) {
    became_ready(s);
  } else if (flavour == TIDINGS) {
    char hello[8192];
    int who = s->index % token_count;
    int size = snprintf(hello, sizeof hello, "{\"type\":\"auth\",\"protocol\":1,\"token\":\"%s\"%s%s}", tokens[who],
                        cursors[who] ? ",\"cursor\":" : "", cursors[who] ? cursors[who] : "");
    say(s, 1, hello, size);
  }
}

/* One item arrived: is it one that this socket should get, for the first time? */
static void arrived(struct live *s, uint64_t serial, double at) {
  uint64_t step = serial - first_serial, local = step;
  if (!publishing || serial < first_serial || serial >= next_serial) {
    wrong++;
    return;
  }
  if (unicast) {
    local = step / sockets;
    if (step % sockets != (uint64_t)s->index) {
      wrong++;
      return;
    }
  }
  if (local < s->base || local >= s->base + AHEAD || s->seen[local % AHEAD]) {
    wrong++;
    return;
  }
  s->seen[local % AHEAD] = 1;
  for (; s->seen[s->base % AHEAD]; s->base++) s->seen[s->base % AHEAD] = 0;
  delivered++;
  note(latencies, at - sent_at[serial % RING]);
  if (--remaining[serial % RING] == 0) completed++;
}

static void count_items(struct live *s, const char *text, size_t size, double at) {
  const char *end = text + size, *hit;
  while ((hit = memmem(text, end - text, MARK, MARK_SIZE)) && hit + MARK_SIZE + DIGITS <= end) {
    uint64_t serial = 0;
    for (int i = 0; i < DIGITS; i++) serial = serial * 10 + (hit[MARK_SIZE + i] - '0');
    arrived(s, serial, at);
    text = hit + MARK_SIZE + DIGITS;
  }
}

static int begins(const char *text, size_t size, const char *with) {
  size_t wanted = strlen(with);
  return size >= wanted && !memcmp(text, with, wanted);
}

static void heard_text(struct live *s, const char *text, size_t size, double at) {
  if (flavour == RAW) {
    count_items(s, text, size, at);
  } else if (flavour == TIDINGS) {
    if (begins(text, size, "{\"type\":\"notifications\"")) {
      count_items(s, text, size, at);
    } else if (begins(text, size, "{\"type\":\"ping\"")) {
      pings++;
      say(s, 1, "{\"type\":\"pong\"}", 15);
    } else if (s->phase == GREETING &&
               (begins(text, size, "{\"type\":\"snapshot\"") || begins(text, size, "{\"type\":\"updated\""))) {
      became_ready(s);
    }
  } else if (begins(text, size, "42")) {
    count_items(s, text, size, at);
  } else if (begins(text, size, "0{")) {
    say(s, 1, "40", 2);
  } else if (begins(text, size, "40")) {
    became_ready(s);
  } else if (begins(text, size, "2")) {
    pings++;
    say(s, 1, "3", 1);
  }
}

/* Take one whole frame off the front; return its size, or 0 when the rest has not come yet. */
static size_t take_frame(struct live *s, const uint8_t *at, size_t size, double when) {
  if (size < 2) return 0;
  size_t head = 2, length = at[1] & 127;
  if (length == 126) {
    if (size < 4) return 0;
    length = (size_t)at[2] << 8 | at[3];
    head = 4;
  } else if (length == 127) {
    if (size < 10) return 0;
    length = 0;
    for (int i = 2; i < 10; i++) length = length << 8 | at[i];
    head = 10;
  }
  if (size < head + length) return 0;
  frames_in++;
  int opcode = at[0] & 15;
  if (opcode == 1 || opcode == 2)
    heard_text(s, (const char *)at + head, length, when);
  else if (opcode == 9)
    say(s, 10, (const char *)at + head, length);
  else if (opcode == 8)
    last_close_code = length >= 2 ? at[head] << 8 | at[head + 1] : 1005;
  return head + length;
}

static void read_live(struct live *s) {
  size_t have = s->part_size;
  if (have) memcpy(buffer, s->part, have);
  ssize_t got = recv(s->fd, buffer + have, sizeof buffer - have, 0);
  if (got <= 0) {
    if (got < 0 && errno == EAGAIN) return;
    leave(s);
    return;
  }
  bytes_in += got;
  double when = now_s();
  size_t size = have + got, at = 0, taken;
  if (s->phase == UPGRADING) {
    char *end = memmem(buffer, size, "\r\n\r\n", 4);
    if (end) {
      if (!begins(buffer, size, "HTTP/1.1 101")) {
        leave(s);
        return;
      }
      at = end + 4 - buffer;
      greet(s);
    }
  }
  if (s->phase != UPGRADING)
    while (at < size && (taken = take_frame(s, (uint8_t *)buffer + at, size - at, when))) at += taken;
  if (s->phase == WAITING || s->phase == GONE) return;
  free(s->part);
  s->part_size = size - at;
  s->part = s->part_size ? memcpy(malloc(s->part_size), buffer + at, s->part_size) : NULL;
}

static void write_digits(char *at, uint64_t number, int digits) {
  while (digits--) at[digits] = (char)('0' + number % 10), number /= 10;
}

static void publish(struct door *d, double when) {
  uint64_t serial = next_serial++, step = serial - first_serial;
  write_digits(serial_at, serial, DIGITS);
  if (unicast) write_digits(recipient_at, step % sockets, 8);
  remaining[serial % RING] = unicast ? 1 : ready_sockets - stalled_sockets;
  sent_at[serial % RING] = when;
  d->serial = serial;
  d->busy = 1;
  d->size = 0;
  ssize_t sent = send(d->fd, request, request_size, MSG_NOSIGNAL);
  if (sent != (ssize_t)request_size) stop("could not publish");
}

static void hang_up(struct door *d) {
  close(d->fd);
  d->fd = -1;
}

static void call(struct door *d) {
  if ((d->fd = connect_soon(0)) < 0) stop("cannot reach the server");
  for (int tries = 0; tries < 1000; tries++) { /* wait until connected */
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    if (!getpeername(d->fd, (struct sockaddr *)&peer, &size)) break;
    usleep(1000);
  }
  watch(d->fd, EPOLLIN, d, EPOLL_CTL_ADD);
}

static void read_door(struct door *d) {
  ssize_t got = recv(d->fd, d->answer + d->size, sizeof d->answer - 1 - d->size, 0);
  if (got <= 0) {
    if (got < 0 && errno == EAGAIN) return;
    if (d->busy) stop("the server closed a publishing connection");
    hang_up(d); /* it was idle for too long */
    return;
  }
  d->size += got;
  d->answer[d->size] = 0;
  char *end = strstr(d->answer, "\r\n\r\n");
  if (!end) return;
  char *length = strcasestr(d->answer, "\r\ncontent-length:");
  size_t body = d->size - (end + 4 - d->answer);
  if (length && length < end) {
    if (body < (size_t)atol(length + 17)) return;
  } else if (strcasestr(d->answer, "\r\ntransfer-encoding: chunked")) {
    if (body < 5 || memcmp(d->answer + d->size - 5, "0\r\n\r\n", 5)) return;
  }
  d->busy = 0;
  answered++;
  if (d->answer[9] != '2') {
    if (!refused++) fprintf(stderr, "load: %.*s\n", 300, d->answer);
  }
}

static void turn(int wait_ms) {
  struct epoll_event events[1024];
  int count = epoll_wait(poll_fd, events, 1024, wait_ms);
  if (!count) return;
  double began = now_s();
  for (int i = 0; i < count; i++) {
    void *whose = events[i].data.ptr;
    if ((char *)whose >= (char *)doors && (char *)whose < (char *)(doors + MOST_DOORS)) {
      read_door(whose);
      continue;
    }
    struct live *s = whose;
    if (s->phase == CONNECTING) {
      int failure = 0;
      socklen_t size = sizeof failure;
      getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
      if (failure)
        leave(s);
      else
        upgrade(s);
    } else {
      read_live(s);
    }
  }
  working_s += now_s() - began;
}

/* Fresh connections for each phase: servers close those that were idle for a few seconds. */
static void open_doors(int wanted) {
  for (int i = 0; i < door_count; i++)
    if (doors[i].fd >= 0) hang_up(&doors[i]);
  for (door_count = 0; door_count < wanted; door_count++) call(&doors[door_count]);
}

static void open_sockets(int count, int at_once, double seconds) {
  double began = now_s(), deadline = began + seconds;
  int first = sockets, started = sockets, wanted = sockets + count;
  memset(opening, 0, sizeof opening);
  open_failures = 0;
  if (wanted > MOST_SOCKETS) stop("too many sockets");
  working_s = 0;
  while (ready_sockets < wanted && now_s() < deadline) {
    int under_way = started - ready_sockets - (int)closed_by_server;
    while (started < wanted && under_way++ < at_once) {
      live[started] = (struct live){.index = started, .began = now_s()};
      begin(&live[started++]);
    }
    turn(5);
    double when = now_s();
    for (int i = first; i < started; i++)
      if (live[i].phase == WAITING && live[i].again <= when) begin(&live[i]);
  }
  sockets = started;
  double took = now_s() - began;
  printf("{\"ready\":%d,\"seconds\":%.4f,\"failures\":%lu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"client_busy\":%.3f}\n",
         ready_sockets, took, open_failures, quantile_ms(opening, .5), quantile_ms(opening, .99), quantile_ms(opening, 1),
         working_s / took);
}

/* Publish for so long. Without a rate: `window` are under way at any time. With one: so many a second, come what may,
 * and latency counts from the moment a publish was due, so that a slow server cannot hide by slowing the client. */
static void publish_for(double seconds, int window, double rate, int to_one) {
  open_doors(window);
  unicast = to_one;
  publishing = 1;
  working_s = 0;
  first_serial = next_serial;
  completed = delivered = wrong = refused = answered = frames_in = bytes_in = closed_by_server = 0;
  memset(latencies, 0, sizeof latencies);
  memset(lateness, 0, sizeof lateness);
  for (int i = 0; i < sockets; i++) {
    live[i].base = 0;
    memset(live[i].seen, 0, AHEAD);
  }
  double began = now_s(), until = began + seconds, last = began;
  uint64_t published = 0;
  for (;;) {
    double when = now_s();
    if (when < until && !refused) {
      for (int i = 0; i < window; i++) {
        if (doors[i].busy) continue;
        if (doors[i].fd < 0) call(&doors[i]);
        if (rate > 0) {
          double due = began + published / rate;
          if (due > when || due >= until) break;
          note(lateness, when - due);
          publish(&doors[i], due);
        } else {
          if (published - completed >= (uint64_t)window) break;
          publish(&doors[i], when);
        }
        published++;
        last = now_s();
      }
    } else if ((completed == published && answered == published) || when > last + LATE_S || refused) {
      break;
    }
    turn(0); /* never asleep: waking it would be charged to whoever sends */
  }
  double took = now_s() - began;
  uint64_t missing = 0;
  for (int i = 0; i < sockets; i++) {
    if (live[i].stalled || live[i].phase != READY) continue;
    uint64_t due = unicast ? (published + sockets - 1 - i) / sockets : published;
    missing += due - live[i].base;
  }
  printf("{\"published\":%lu,\"delivered\":%lu,\"missing\":%lu,\"wrong\":%lu,\"refused\":%lu,\"closed\":%lu,\"close_code\":%d,"
         "\"seconds\":%.4f,\"frames\":%lu,\"bytes\":%lu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"client_busy\":%.3f,\"late_ms\":%.3f}\n",
         published, delivered, missing, wrong, refused, closed_by_server, last_close_code, took, frames_in, bytes_in,
         quantile_ms(latencies, .5), quantile_ms(latencies, .99), quantile_ms(latencies, 1), working_s / took,
         quantile_ms(lateness, .99));
  publishing = 0;
}

static void idle_for(double seconds) {
  double until = now_s() + seconds;
  pings = closed_by_server = 0;
  while (now_s() < until) turn(50);
  printf("{\"pings\":%lu,\"closed\":%lu,\"ready\":%d}\n", pings, closed_by_server, ready_sockets);
}

static void stall(int count) {
  for (int i = 0; i < count && i < sockets; i++) {
    epoll_ctl(poll_fd, EPOLL_CTL_DEL, live[i].fd, NULL);
    live[i].stalled = 1;
  }
  stalled_sockets = count;
  printf("{\"stalled\":%d}\n", count);
}

static char *read_whole(const char *name, size_t *size) {
  FILE *file = fopen(name, "rb");
  if (!file) stop(name);
  fseek(file, 0, SEEK_END);
  *size = ftell(file);
  rewind(file);
  char *text = malloc(*size + 1);
  if (fread(text, 1, *size, file) != *size) stop(name);
  text[*size] = 0;
  fclose(file);
  return text;
}

static void use_tokens(const char *name) {
  size_t size;
  char *text = read_whole(name, &size);
  token_count = 0;
  for (char *line = strtok(text, "\n"); line && token_count < MOST_SOCKETS; line = strtok(NULL, "\n")) {
    char *cursor = strchr(line, ' ');
    if (cursor) *cursor++ = 0;
    cursors[token_count] = cursor;
    tokens[token_count++] = line;
  }
  printf("{\"tokens\":%d}\n", token_count);
}

static void use_request(const char *name) {
  request = read_whole(name, &request_size);
  serial_at = memmem(request, request_size, MARK, MARK_SIZE);
  if (!serial_at) stop("the request has no place for the serial number");
  serial_at += MARK_SIZE;
  recipient_at = memmem(request, request_size, "\"bench-", 7);
  if (recipient_at) recipient_at += 7;
  printf("{\"request\":%zu}\n", request_size);
}

int main(int count, char **words) {
  if (count != 4) stop("usage: load PORT raw|socketio|tidings PATH");
  port = atoi(words[1]);
  flavour = !strcmp(words[2], "tidings") ? TIDINGS : !strcmp(words[2], "socketio") ? SOCKETIO : RAW;
  path = words[3];
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  poll_fd = epoll_create1(0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  char line[1024], name[1000];
  double seconds, rate;
  int amount, window;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "open %d %d %lf", &amount, &window, &seconds) == 3)
      open_sockets(amount, window, seconds);
    else if (sscanf(line, "broadcast %lf %d %lf", &seconds, &window, &rate) == 3)
      publish_for(seconds, window, rate, 0);
    else if (sscanf(line, "unicast %lf %d %lf", &seconds, &window, &rate) == 3)
      publish_for(seconds, window, rate, 1);
    else if (sscanf(line, "idle %lf", &seconds) == 1)
      idle_for(seconds);
    else if (sscanf(line, "stall %d", &amount) == 1)
      stall(amount);
    else if (sscanf(line, "tokens %999s", name) == 1)
      use_tokens(name);
    else if (sscanf(line, "request %999s", name) == 1)
      use_request(name);
    else
      stop("unknown command");
  }
  return 0;
}
