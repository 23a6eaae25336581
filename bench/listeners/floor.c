/* The floor: what it costs to send a radio station's bytes to so many sockets, with nothing else done.
 *
 *     floor TRUTH BLOCKS_A_TURN TICKS_PER_BLOCK BURST_BLOCKS      prints its port
 *
 * It accepts, sends a fixed header and the burst, and from then on does nothing but send() to each socket in
 * turn: the truth's blocks with their titles, as many at once, as often and in as many slices as the fan-out
 * does. It reads no request, keeps no cursor for a listener, and does not know of sockets that take less.
 */
#define _GNU_SOURCE
#include "process.h"
#include "truth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define MAX_SLICES 64
#define BLOCK_S 0.48
/* How far behind the truth it stays, so that a block is there when it is due. */
#define BEHIND_BLOCKS 2

struct slice {
    int *fds;
    int count, room;
    uint64_t next;
};

static struct truth truth;
static struct slice slices[MAX_SLICES];
static uint8_t *bytes;
static size_t size;

/* Put blocks together: each its metadata, then its sound. A newcomer begins with sound, then the full title. */
static void join(uint64_t first, uint64_t end, int newcomer) {
    size = 0;
    for (uint64_t block = first; block < end; block++) {
        if (!newcomer || block > first) {
            uint32_t length;
            const uint8_t *title = truth_title(&truth, block, &length);
            if (truth_changes(&truth, block) || (newcomer && block == first + 1)) {
                memcpy(bytes + size, title, length);
                size += length;
            } else
                bytes[size++] = 0;
        }
        memcpy(bytes + size, truth_sound(&truth, block * truth.metaint), truth.metaint);
        size += truth.metaint;
    }
}

static void welcome(int door, struct slice *slice, int burst) {
    int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    char head[128];
    int length = snprintf(head, sizeof head, "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-metaint:%u\r\n\r\n",
                          truth.metaint);
    int on = 1, room = burst * (int)truth.metaint;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    join(slice->next - (uint64_t)burst, slice->next, 1);
    struct iovec parts[] = {{head, (size_t)length}, {bytes, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
        close(fd);
        return;
    }
    if (slice->count == slice->room) {
        slice->room = slice->room ? 2 * slice->room : 64;
        slice->fds = realloc(slice->fds, (size_t)slice->room * sizeof(int));
    }
    slice->fds[slice->count++] = fd;
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "floor TRUTH BLOCKS_A_TURN TICKS_PER_BLOCK BURST_BLOCKS\n"), 2;
    int blocks = atoi(argv[2]), ticks = atoi(argv[3]), burst = atoi(argv[4]), turns = blocks * ticks;
    if (blocks < 1 || turns < 1 || turns > MAX_SLICES) return fprintf(stderr, "at most %d slices\n", MAX_SLICES), 2;
    process_begin();
    truth_open(&truth, argv[1]);
    bytes = malloc((size_t)(burst + blocks + BEHIND_BLOCKS) * (truth.metaint + TRUTH_PAGE));

    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(door, (struct sockaddr *)&address, length) || listen(door, 4096) ||
        getsockname(door, (struct sockaddr *)&address, &length))
        return perror("floor"), 2;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    uint64_t base = truth_count(&truth) - (uint64_t)(blocks + BEHIND_BLOCKS);
    for (int number = 0; number < turns; number++) slices[number].next = base;
    double began = clock_s();
    for (uint64_t tick = 0;; tick++) {
        struct slice *slice = &slices[tick % (uint64_t)turns];
        uint64_t end = base + (tick / (uint64_t)turns + 1) * (uint64_t)blocks, there = truth_count(&truth);
        if (end > there) end = there;
        if (end > slice->next) {
            join(slice->next, end, 0);
            slice->next = end;
            for (int number = 0; number < slice->count;) {
                if (send(slice->fds[number], bytes, size, MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
                    close(slice->fds[number]);
                    slice->fds[number] = slice->fds[--slice->count];
                } else
                    number++;
            }
        }
        double due = began + (double)(tick + 1) * BLOCK_S / ticks;
        for (double left; (left = due - clock_s()) > 0;) {
            struct pollfd waiting = {.fd = door, .events = POLLIN};
            if (poll(&waiting, 1, (int)ceil(left * 1e3)) > 0) {
                struct slice *emptiest = slices;
                for (int number = 1; number < turns; number++)
                    if (slices[number].count < emptiest->count) emptiest = &slices[number];
                welcome(door, emptiest, burst);
            }
        }
    }
}
