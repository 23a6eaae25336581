/* The load generator: thousands of listeners in one process, every byte of each checked against the truth.
 *
 *     load PORT TRUTH [key=value ...]      commands on stdin, one JSON object a line on stdout, four a second
 *
 * path=/live.mp3   what is asked for
 * exact=1          titles stand where the truth has them, to the byte (0: they need only be well-formed)
 * skips=0          1: whole blocks may be missing, if the sound goes on with its full title
 * bytes_per_s      of sound, for a player that runs dry
 * net=10           connections come from 127.NET.x.y: an address has some 28,000 ports
 * tls=0            1: https
 * limit=3600       ends by itself after so many seconds
 *
 * join N RATE      so many come, RATE a second, and stay
 * churn RATE LIFE  RATE a second come, and leave LIFE seconds after their first byte; 0 0: no more come
 * stall N S        N of those who stay stop reading, for S seconds (0: for good)
 * mark             what follows is the steady state: longest wait and least margin are counted anew
 * quit             the figures, and the end. So does the end of stdin.
 *
 * One thread, one epoll. A listener is a connection, a place in the truth and a few counters. Times are
 * taken when a byte is read here, so a generator that is short of processor makes a server look worse, never
 * better.
 */
#define _GNU_SOURCE
#include "process.h"
#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

/* Who comes and goes has places of his own: they are looked through twenty times a second. */
#define STAY_EARS 20000
#define CHURN_EARS 8000
#define MAX_EARS (STAY_EARS + CHURN_EARS)
#define HEAD_MAX 8192
/* What is looked for in the truth to find out where a listener began: ten frames at 128 kbit/s. */
#define NEEDLE_MAX 4096
/* How far back that may lie. A burst is six seconds; emergency sound is a loop of ten, so less than that. */
#define WINDOW_EXACT 40
#define WINDOW_LOOSE 96
/* Who read nothing for a minute has that old a sound in its socket. */
#define WINDOW_SKIPS 400
#define BUFFER (256 * 1024)
/* Who has no byte of sound by then never got in. */
#define PATIENCE_S 30.0
#define FAULTS_TOLD 8
/* First-byte times, in steps of 2 %, from 10 µs. */
#define STEPS 900
#define STEP 1.02
#define FIRST_STEP_S 1e-5
/* A player has begun in earnest; before that its margin is that of the first packet. */
#define BEGUN_S 1.0

enum phase { FREE, CONNECTING, HANDSHAKE, HEAD, SYNC, SOUND, LENGTH, META, DEAF, ENDED };
enum group { STAY, CHURN, STALLED, GROUPS };
static const char *const GROUP_NAMES[] = {"stay", "churn", "stalled"};

struct ear {
    int fd;
    uint8_t phase, group, dry, again;
    uint32_t number;
    double asked, first, last, resume;
    uint64_t at;    /* the next byte of sound, counted in the truth's stream */
    uint64_t heard; /* bytes of sound */
    uint32_t metaint, left, metas;
    uint32_t held, wanted;
    uint8_t *hold; /* header, first sound, or metadata, until it is whole */
    uint8_t *skipped; /* the metadata behind which sound may be missing */
#ifdef WITH_TLS
    SSL *ssl;
#endif
};

struct figures {
    uint64_t asked, heard, left, refused, failed, ended, never, wrong, dry, skips;
    double wait, wait_steady, margin, margin_steady;
    uint32_t first_byte[STEPS];
};

static struct ear ears[MAX_EARS];
static int spare[2][STAY_EARS], spares[2];
static struct figures groups[GROUPS];
static struct truth truth;
static int poll_fd, port, exact = 1, skips, tls, net = 10;
static double bytes_per_s = 16000, now, marked, longest_pass;
static uint32_t numbers;
static uint64_t received;
static char request[512], faults[FAULTS_TOLD][256];
static int fault_count, hearing;
static uint8_t buffer[BUFFER];
#ifdef WITH_TLS
static SSL_CTX *context;
#endif

static void fault(struct ear *ear, const char *format, ...) {
    if (fault_count < FAULTS_TOLD) {
        char *line = faults[fault_count];
        int used = snprintf(line, 256, "listener %u (%s), sound byte %llu: ", ear->number,
                            GROUP_NAMES[ear->group], (unsigned long long)ear->heard);
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(line + used, 256 - (size_t)used, format, arguments);
        va_end(arguments);
    }
    fault_count++;
}

static void forget(struct ear *ear) {
    free(ear->hold);
    free(ear->skipped);
    ear->hold = ear->skipped = NULL;
    ear->held = 0;
}

/* From here on it is only listened to whether sound comes at all. */
static void wrong(struct ear *ear) {
    forget(ear);
    ear->phase = DEAF;
    groups[ear->group].wrong++;
}

static void hold(struct ear *ear, uint32_t wanted) {
    ear->hold = malloc(wanted);
    ear->wanted = wanted;
    ear->held = 0;
}

/* What a listener has waited and had in hand, up to now. */
static void account(struct ear *ear, double time) {
    struct figures *group = &groups[ear->group];
    double waited = time - ear->last, margin = (double)ear->heard / bytes_per_s - (time - ear->first);
    if (waited > group->wait) group->wait = waited;
    if (margin < 0 && !ear->dry) {
        ear->dry = 1;
        group->dry++;
        fault(ear, "a player would have run dry, %.2f s after its start", time - ear->first);
    }
    if (time - ear->first >= BEGUN_S && margin < group->margin) group->margin = margin;
    if (ear->first < marked) {
        double since = ear->last > marked ? ear->last : marked;
        if (time - since > group->wait_steady) group->wait_steady = time - since;
        if (margin < group->margin_steady) group->margin_steady = margin;
    }
}

static void close_ear(struct ear *ear) {
    if (ear->first > 0 && ear->group != CHURN) hearing--;
    forget(ear);
#ifdef WITH_TLS
    if (ear->ssl) SSL_free(ear->ssl);
    ear->ssl = NULL;
#endif
    close(ear->fd);
    ear->phase = FREE;
    int number = (int)(ear - ears), churns = number >= STAY_EARS;
    spare[churns][spares[churns]++] = number;
}

/* The server, or the way to it, ended it. */
static void lose(struct ear *ear, const char *how) {
    struct figures *group = &groups[ear->group];
    if (ear->phase == CONNECTING)
        group->failed++;
    else
        group->ended++;
    if (ear->group != STALLED) {
        fault(ear, "%s after %.2f s", how, clock_s() - ear->asked);
        if (ear->first > 0) account(ear, clock_s());
    }
    close_ear(ear);
}

static void watch(struct ear *ear, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)(ear - ears)};
    epoll_ctl(poll_fd, operation, ear->fd, &event);
}

static void ask(struct ear *ear) {
    size_t length = strlen(request);
#ifdef WITH_TLS
    if (ear->ssl) {
        if (SSL_write(ear->ssl, request, (int)length) != (int)length) return lose(ear, "request not taken");
    } else
#endif
        if (send(ear->fd, request, length, MSG_NOSIGNAL) != (ssize_t)length)
        return lose(ear, "request not taken");
    ear->phase = HEAD;
    hold(ear, HEAD_MAX);
}

#ifdef WITH_TLS
static void handshake(struct ear *ear) {
    int done = SSL_connect(ear->ssl);
    if (done == 1) {
        watch(ear, EPOLLIN, EPOLL_CTL_MOD);
        return ask(ear);
    }
    int error = SSL_get_error(ear->ssl, done);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ)
        watch(ear, EPOLLIN, EPOLL_CTL_MOD);
    else if (error == SSL_ERROR_WANT_WRITE)
        watch(ear, EPOLLOUT, EPOLL_CTL_MOD);
    else
        lose(ear, "TLS handshake failed");
}
#endif

static void connected(struct ear *ear) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(ear->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return lose(ear, strerror(error));
#ifdef WITH_TLS
    if (tls) {
        ear->ssl = SSL_new(context);
        SSL_set_fd(ear->ssl, ear->fd);
        ear->phase = HANDSHAKE;
        return handshake(ear);
    }
#endif
    watch(ear, EPOLLIN, EPOLL_CTL_MOD);
    ask(ear);
}

static void join(enum group group) {
    groups[group].asked++;
    if (!spares[group == CHURN]) {
        groups[group].failed++;
        return;
    }
    struct ear *ear = &ears[spare[group == CHURN][--spares[group == CHURN]]];
    memset(ear, 0, sizeof *ear);
    ear->number = ++numbers;
    ear->group = (uint8_t)group;
    ear->phase = CONNECTING;
    ear->asked = clock_s();
    ear->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(ear->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    uint32_t host = 0x7f000001u | ((uint32_t)net << 16) | (ear->number % 200 + 1) << 8;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (ear->fd < 0 || bind(ear->fd, (struct sockaddr *)&from, sizeof from) < 0 ||
        (connect(ear->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS))
        return lose(ear, strerror(errno));
    watch(ear, EPOLLOUT, EPOLL_CTL_ADD);
}

static void read_head(struct ear *ear) {
    char *head = (char *)ear->hold;
    int status = 0;
    head[ear->held - 1] = 0; /* the last byte of the empty line */
    if (sscanf(head, "HTTP/1.%*d %d", &status) != 1) sscanf(head, "ICY %d", &status);
    if (status != 200) {
        groups[ear->group].refused++;
        fault(ear, "answered %.40s", head);
        ear->phase = ENDED;
        return;
    }
    char *metaint = strcasestr(head, "\nicy-metaint:");
    ear->metaint = metaint ? (uint32_t)strtoul(metaint + 13, NULL, 10) : 0;
    ear->left = ear->metaint ? ear->metaint : UINT32_MAX;
    forget(ear);
    if (exact && ear->metaint != truth.metaint) {
        fault(ear, "icy-metaint %u, not %u", ear->metaint, truth.metaint);
        return wrong(ear);
    }
    ear->phase = SYNC;
    hold(ear, truth.metaint < NEEDLE_MAX ? truth.metaint : NEEDLE_MAX);
}

/* Where in the truth a listener's first bytes stand, not before `after`: the stream's byte; counted how often
 * they are there. */
static uint64_t find(const uint8_t *needle, uint32_t size, uint64_t after, int *found) {
    uint64_t count = truth_count(&truth), place = 0;
    uint64_t window = skips ? WINDOW_SKIPS : exact ? WINDOW_EXACT : WINDOW_LOOSE;
    uint64_t first = count > window ? count - window : 0;
    if (first < after / truth.metaint) first = after / truth.metaint;
    *found = 0;
    if (exact) {
        for (uint64_t block = first; block < count; block++)
            if (memcmp(truth_sound(&truth, block * truth.metaint), needle, size) == 0) {
                place = block * truth.metaint;
                (*found)++;
            }
        return place;
    }
    const uint8_t *hay = truth_sound(&truth, first * truth.metaint);
    size_t length = (size_t)(count - first) * truth.metaint;
    for (const uint8_t *at = hay; (at = memmem(at, length - (size_t)(at - hay), needle, size)); at++) {
        place = first * truth.metaint + (uint64_t)(at - hay);
        (*found)++;
    }
    return place;
}

static void begin(struct ear *ear) {
    int found = 1;
    uint64_t place = ear->at;
    /* It goes on where it was, unless it does not: an ident that comes every minute is there twice. */
    if (!ear->skipped || memcmp(truth_sound(&truth, place), ear->hold, ear->held) != 0)
        place = find(ear->hold, ear->held, ear->at, &found);
    if (found != 1) {
        fault(ear, found ? "begins with sound that went out %d times" : "begins with sound that never went out",
              found);
        return wrong(ear);
    }
    if (ear->skipped) {
        uint32_t size;
        const uint8_t *title = truth_title(&truth, place / truth.metaint, &size);
        if (place < ear->at || memcmp(ear->skipped, title, size) != 0) {
            fault(ear, "goes on in block %llu with another title, or back",
                  (unsigned long long)(place / truth.metaint));
            return wrong(ear);
        }
        groups[ear->group].skips += place > ear->at;
    }
    ear->at = place + ear->held;
    forget(ear);
    ear->phase = ear->left ? SOUND : LENGTH;
}

/* Whether bytes are those of the truth at the listener's place. */
static void compare(struct ear *ear, const uint8_t *bytes, uint32_t size) {
    uint64_t count = truth_count(&truth), end = ear->at + size;
    if (end > count * truth.metaint) {
        fault(ear, "sound that has not gone out yet");
        return wrong(ear);
    }
    if (ear->at + truth.sound_size < (count + 2) * truth.metaint) {
        fault(ear, "sound that is too old to be checked");
        return wrong(ear);
    }
    const uint8_t *right = truth_sound(&truth, ear->at);
    if (memcmp(right, bytes, size) != 0) {
        uint32_t same = 0;
        while (bytes[same] == right[same]) same++;
        fault(ear, "wrong byte %u of block %llu", (uint32_t)((ear->at + same) % truth.metaint),
              (unsigned long long)((ear->at + same) / truth.metaint));
        return wrong(ear);
    }
    ear->at = end;
}

static void read_length(struct ear *ear, uint8_t length) {
    if (exact && !(skips && length)) {
        uint64_t block = ear->at / truth.metaint;
        uint32_t size;
        /* A block that is not there yet has no title: its metadata may not come before it. */
        if (block >= truth_count(&truth)) {
            fault(ear, "metadata of a block that has not gone out yet");
            return wrong(ear);
        }
        int announced = ear->metas == 0 || truth_changes(&truth, block);
        uint8_t right = announced ? truth_title(&truth, block, &size)[0] : 0;
        if (length != right) {
            fault(ear, "metadata of %u bytes, not %u, before block %llu", length * 16u, right * 16u,
                  (unsigned long long)block);
            return wrong(ear);
        }
    }
    ear->metas++;
    ear->left = ear->metaint;
    ear->phase = length ? META : SOUND;
    if (length) {
        hold(ear, 1 + length * 16u);
        ear->hold[ear->held++] = length;
    }
}

static void read_metadata(struct ear *ear) {
    if (exact && !skips) {
        uint32_t size;
        uint64_t block = ear->at / truth.metaint;
        const uint8_t *right = truth_title(&truth, block, &size);
        if (size != ear->held || memcmp(right, ear->hold, size) != 0) {
            fault(ear, "another title than that of block %llu", (unsigned long long)block);
            return wrong(ear);
        }
    } else {
        static const char open[] = "StreamTitle='";
        size_t size = ear->held - 1;
        const char *text = (char *)ear->hold + 1;
        size_t end = size;
        while (end && !text[end - 1]) end--;
        if (size < sizeof open || memcmp(text, open, sizeof open - 1) != 0 || end < 2 ||
            memcmp(text + end - 2, "';", 2) != 0) {
            fault(ear, "metadata that is none");
            return wrong(ear);
        }
    }
    if (!skips) {
        forget(ear);
        ear->phase = SOUND;
        return;
    }
    ear->skipped = ear->hold;
    ear->phase = SYNC;
    hold(ear, truth.metaint < NEEDLE_MAX ? truth.metaint : NEEDLE_MAX);
}

/* Take a response's bytes as they come, in pieces of any size. */
static void feed(struct ear *ear, const uint8_t *bytes, uint32_t size, double time) {
    while (size && ear->phase != ENDED) {
        uint32_t take = size;
        switch (ear->phase) {
        case HEAD: {
            uint32_t before = ear->held;
            if (take > HEAD_MAX - before) take = HEAD_MAX - before;
            memcpy(ear->hold + before, bytes, take);
            uint8_t *end = memmem(ear->hold, before + take, "\r\n\r\n", 4);
            if (end) {
                ear->held = (uint32_t)(end - ear->hold) + 4;
                take = ear->held - before;
                read_head(ear);
            } else if ((ear->held += take) == HEAD_MAX) {
                fault(ear, "a header without an end");
                wrong(ear);
            }
            break;
        }
        case LENGTH:
            take = 1;
            read_length(ear, *bytes);
            break;
        case META:
            if (take > ear->wanted - ear->held) take = ear->wanted - ear->held;
            memcpy(ear->hold + ear->held, bytes, take);
            if ((ear->held += take) == ear->wanted) read_metadata(ear);
            break;
        default: /* sound */
            if (ear->phase != DEAF && take > ear->left) take = ear->left;
            if (ear->phase == SYNC && take > ear->wanted - ear->held) take = ear->wanted - ear->held;
            if (ear->first == 0) {
                ear->first = ear->last = time;
                struct figures *group = &groups[ear->group];
                group->heard++;
                if (ear->group != CHURN) hearing++;
                double step = log((time - ear->asked) / FIRST_STEP_S) / log(STEP);
                group->first_byte[step < 0 ? 0 : step >= STEPS ? STEPS - 1 : (int)step]++;
            }
            ear->heard += take;
            if (ear->phase == DEAF) break;
            if (ear->metaint) ear->left -= take;
            if (ear->phase == SYNC) {
                memcpy(ear->hold + ear->held, bytes, take);
                if ((ear->held += take) == ear->wanted)
                    begin(ear);
                else if (!ear->left) {
                    fault(ear, "icy-metaint is too small to tell where the sound begins");
                    wrong(ear);
                }
            } else {
                compare(ear, bytes, take);
                if (!ear->left && ear->phase == SOUND) ear->phase = LENGTH;
            }
        }
        bytes += take;
        size -= take;
    }
}

/* Bytes that are there; 0 at the end, -1 where there are none now, -2 for an error. */
static ssize_t receive(struct ear *ear) {
#ifdef WITH_TLS
    if (ear->ssl) {
        int count = SSL_read(ear->ssl, buffer, sizeof buffer);
        if (count > 0) return count;
        int error = SSL_get_error(ear->ssl, count);
        ERR_clear_error();
        return error == SSL_ERROR_WANT_READ ? -1 : error == SSL_ERROR_ZERO_RETURN ? 0 : -2;
    }
#endif
    ssize_t count = recv(ear->fd, buffer, sizeof buffer, 0);
    return count >= 0 ? count : errno == EAGAIN ? -1 : -2;
}

static void listen_to(struct ear *ear) {
    do {
        ssize_t count = receive(ear);
        if (count == -1) return;
        if (count <= 0) return lose(ear, count == 0 ? "ended by the server" : "reset");
        double time = clock_s();
        received += (uint64_t)count;
        if (ear->again) {
            /* Its player was dry by its own fault: it begins anew. */
            ear->again = 0;
            ear->first = time;
            ear->heard = 0;
        } else if (ear->first > 0)
            account(ear, time);
        if (ear->first > 0) ear->last = time;
        feed(ear, buffer, (uint32_t)count, time);
        if (ear->phase == ENDED) return close_ear(ear);
    } while (
#ifdef WITH_TLS
        ear->ssl != NULL
#else
        0
#endif
    );
}

static void happened(const struct epoll_event *event) {
    struct ear *ear = &ears[event->data.u32];
    if (ear->phase == FREE) return;
    if (ear->group == STALLED && ear->resume != 0) {
        if (event->events & (EPOLLHUP | EPOLLERR)) lose(ear, "dropped");
        return;
    }
    if (ear->phase == CONNECTING)
        connected(ear);
#ifdef WITH_TLS
    else if (ear->phase == HANDSHAKE)
        handshake(ear);
#endif
    else
        listen_to(ear);
}

/* Those who leave of themselves, give up, or read again. Every second one of those who leave does it with a
 * reset, as a phone does that loses its network. */
static void look_round(double life, int first) {
    static int leaving;
    for (int number = first; number < MAX_EARS; number++) {
        struct ear *ear = &ears[number];
        if (ear->phase == FREE) continue;
        if (ear->first == 0 && now - ear->asked > PATIENCE_S) {
            groups[ear->group].never++;
            fault(ear, "no sound in %.0f s", PATIENCE_S);
            close_ear(ear);
        } else if (ear->group == CHURN && ear->first > 0 && now - ear->first >= life) {
            account(ear, now);
            groups[CHURN].left++;
            struct linger reset = {.l_onoff = ++leaving & 1, .l_linger = 0};
            setsockopt(ear->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            close_ear(ear);
        } else if (ear->group == STALLED && ear->resume > 0 && now >= ear->resume) {
            ear->resume = 0;
            ear->again = 1;
            watch(ear, EPOLLIN, EPOLL_CTL_MOD);
        }
    }
}

static void stall(int count, double seconds) {
    for (int number = 0; number < STAY_EARS && count > 0; number++) {
        struct ear *ear = &ears[number];
        if (ear->phase == FREE || ear->first == 0 || ear->group != STAY) continue;
        ear->group = STALLED;
        groups[STAY].asked--;
        groups[STAY].heard--;
        groups[STALLED].asked++;
        groups[STALLED].heard++;
        ear->resume = seconds > 0 ? now + seconds : -1;
        watch(ear, 0, EPOLL_CTL_MOD);
        count--;
    }
}

static void mark(void) {
    marked = now;
    for (int group = 0; group < GROUPS; group++) {
        groups[group].wait_steady = 0;
        groups[group].margin_steady = 1e9;
    }
}

static void progress(void) {
    unsigned long long lost = 0, wrongs = 0, dry = 0, in = 0;
    for (int group = 0; group < GROUPS; group++) {
        struct figures *figures = &groups[group];
        in += figures->heard;
        wrongs += figures->wrong;
        dry += figures->dry;
        lost += figures->refused + figures->failed + figures->never + (group == STALLED ? 0 : figures->ended);
    }
    printf("{\"hearing\": %d, \"began\": %llu, \"asked\": %llu, \"lost\": %llu, \"wrong\": %llu, \"dry\": %llu, "
           "\"churned\": %llu, \"bytes\": %llu}\n",
           hearing, in, (unsigned long long)groups[STAY].asked + groups[STALLED].asked, lost, wrongs, dry,
           (unsigned long long)groups[CHURN].left, (unsigned long long)received);
    fflush(stdout);
}

static void finish(void) {
    now = clock_s();
    for (int number = 0; number < MAX_EARS; number++) {
        struct ear *ear = &ears[number];
        if (ear->phase == FREE) continue;
        if (ear->again) {
            groups[STALLED].never++;
            fault(ear, "no sound since it reads again");
        } else if (ear->first > 0 && !(ear->group == STALLED && ear->resume != 0))
            account(ear, now);
        /* Of those who come and go there are always some who have just asked. */
        if (ear->first == 0 && (ear->group != CHURN || now - ear->asked > 2)) {
            groups[ear->group].never++;
            fault(ear, "no sound by the end");
        }
    }
    printf("{\"final\": true, \"bytes\": %llu, \"longest_pass_s\": %.4f, \"fault_count\": %d, \"faults\": [",
           (unsigned long long)received, longest_pass, fault_count);
    for (int number = 0; number < fault_count && number < FAULTS_TOLD; number++) {
        printf("%s\"", number ? ", " : "");
        for (const char *at = faults[number]; *at; at++)
            if (*at >= ' ' && *at < 127 && *at != '"' && *at != '\\') putchar(*at);
        putchar('"');
    }
    printf("], \"groups\": {");
    for (int group = 0; group < GROUPS; group++) {
        struct figures *g = &groups[group];
        printf("%s\"%s\": {\"asked\": %llu, \"heard\": %llu, \"left\": %llu, \"refused\": %llu, \"failed\": %llu, "
               "\"ended\": %llu, \"never\": %llu, \"wrong\": %llu, \"dry\": %llu, \"skips\": %llu, ",
               group ? ", " : "", GROUP_NAMES[group], (unsigned long long)g->asked, (unsigned long long)g->heard,
               (unsigned long long)g->left, (unsigned long long)g->refused, (unsigned long long)g->failed,
               (unsigned long long)g->ended, (unsigned long long)g->never, (unsigned long long)g->wrong,
               (unsigned long long)g->dry, (unsigned long long)g->skips);
        printf("\"wait_s\": %.4f, \"wait_steady_s\": %.4f, \"margin_s\": %.4f, \"margin_steady_s\": %.4f, "
               "\"first_byte_s\": [",
               g->wait, g->wait_steady, g->margin, g->margin_steady);
        const char *comma = "";
        for (int step = 0; step < STEPS; step++)
            if (g->first_byte[step]) {
                printf("%s[%.6f, %u]", comma, FIRST_STEP_S * pow(STEP, step + 1), g->first_byte[step]);
                comma = ", ";
            }
        printf("]}");
    }
    printf("}}\n");
    fflush(stdout);
}

/* Commands that have come; 0 at the end. */
static struct {
    long join;
    double join_rate, churn_rate, life;
} plan = {.join_rate = 1000, .life = 1};

static int obey(char *line) {
    double a = 0, b = 0;
    char word[16] = "";
    int fields = sscanf(line, "%15s %lf %lf", word, &a, &b);
    if (fields < 1) return 1;
    if (!strcmp(word, "join")) {
        plan.join += (long)a;
        plan.join_rate = b;
    } else if (!strcmp(word, "churn")) {
        plan.churn_rate = a;
        if (a > 0) plan.life = b;
    } else if (!strcmp(word, "stall"))
        stall((int)a, b);
    else if (!strcmp(word, "mark"))
        mark();
    else
        return 0;
    return 1;
}

static int read_commands(void) {
    static char line[4096];
    static size_t used;
    ssize_t count = read(0, line + used, sizeof line - 1 - used);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    used += (size_t)count;
    line[used] = 0;
    char *at = line, *end;
    while ((end = strchr(at, '\n'))) {
        *end = 0;
        if (!obey(at)) return 0;
        at = end + 1;
    }
    used = strlen(at);
    memmove(line, at, used);
    return 1;
}

/* How many are due of those who come at a rate; never more at once than leave time to listen. */
static int due(double *owed, double rate, double passed) {
    *owed += rate * passed;
    int count = (int)*owed;
    if (count > 64) count = 64;
    *owed -= count;
    return count;
}

static void run(double limit) {
    static struct epoll_event events[1024];
    unsigned looks = 0;
    double began = clock_s(), last = began, told = began, looked = began, joins = 0, churns = 0;
    for (int open = 1; open;) {
        double rate = (plan.join > 0 ? plan.join_rate : 0) + plan.churn_rate;
        int until_next = rate > 0 ? (int)(1000 / rate) : 50;
        int count = epoll_wait(poll_fd, events, 1024, until_next < 1 ? 1 : until_next > 50 ? 50 : until_next);
        now = clock_s();
        double pass = now;
        for (int number = 0; number < count; number++)
            if (events[number].data.u32 == MAX_EARS)
                open = read_commands();
            else
                happened(&events[number]);
        now = clock_s();
        if (now - pass > longest_pass) longest_pass = now - pass;
        double passed = now - last;
        last = now;
        if (plan.join > 0) {
            for (int left = due(&joins, plan.join_rate, passed); left-- && plan.join > 0; plan.join--) join(STAY);
        } else
            joins = 0;
        if (plan.churn_rate > 0)
            for (int left = due(&churns, plan.churn_rate, passed); left--;) join(CHURN);
        if (now - looked >= 0.05) {
            look_round(plan.life, ++looks % 20 ? STAY_EARS : 0);
            looked = now;
        }
        if (now - told >= 0.25) {
            progress();
            told = now;
        }
        if (now - began > limit) open = 0;
    }
    finish();
}

int main(int argc, char **argv) {
    const char *path = "/live.mp3";
    double limit = 3600;
    if (argc < 3) {
        fprintf(stderr, "load PORT TRUTH [key=value ...]\n");
        return 2;
    }
    port = atoi(argv[1]);
    for (int number = 3; number < argc; number++) {
        char *value = strchr(argv[number], '=');
        if (!value) return fprintf(stderr, "%s is no key=value\n", argv[number]), 2;
        *value++ = 0;
        if (!strcmp(argv[number], "path")) path = value;
        else if (!strcmp(argv[number], "exact")) exact = atoi(value);
        else if (!strcmp(argv[number], "skips")) skips = atoi(value);
        else if (!strcmp(argv[number], "bytes_per_s")) bytes_per_s = atof(value);
        else if (!strcmp(argv[number], "net")) net = atoi(value);
        else if (!strcmp(argv[number], "tls")) tls = atoi(value);
        else if (!strcmp(argv[number], "limit")) limit = atof(value);
        else return fprintf(stderr, "%s is not known\n", argv[number]), 2;
    }
    process_begin();
    truth_open(&truth, argv[2]);
#ifdef WITH_TLS
    if (tls) context = SSL_CTX_new(TLS_client_method());
#else
    if (tls) return fprintf(stderr, "built without OpenSSL\n"), 2;
#endif
    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: bench\r\nIcy-MetaData: 1\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", path);
    for (int number = STAY_EARS; number--;) spare[0][spares[0]++] = number;
    for (int number = MAX_EARS; number-- > STAY_EARS;) spare[1][spares[1]++] = number;
    for (int group = 0; group < GROUPS; group++) groups[group].margin = groups[group].margin_steady = 1e9;
    marked = -1;
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    fcntl(0, F_SETFL, O_NONBLOCK);
    struct epoll_event commands = {.events = EPOLLIN, .data.u32 = MAX_EARS};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, 0, &commands);
    run(limit);
    return 0;
}
