/* What both programs are as processes: they end with who started them, have all the descriptors they may,
 * and take a connection that is gone for an error of send(). */
#ifndef PROCESS_H
#define PROCESS_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

static void process_begin(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* Monotonic, in seconds. */
static double clock_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#endif
