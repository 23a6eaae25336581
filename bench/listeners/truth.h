/* The truth: every block that went on the air, as bench/listeners/truth.py writes it, for those who check.
 *
 * A file: a page of header (magic, metaint, capacity, count), then `capacity` slots of 4,096 bytes with the
 * metadata that announces each block's title (two bytes of length, then the length byte and what it counts),
 * then the sound, `capacity` blocks of `metaint` bytes. Block n lies at n % capacity; `count` is raised after
 * the block was written. The sound is mapped twice, one behind the other, so that no comparison has to mind
 * where the ring begins anew.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TRUTH_PAGE 4096
#define TRUTH_MAGIC "RCTRUTH1"

struct truth {
    const volatile uint8_t *header;
    const uint8_t *titles;
    const uint8_t *sound;
    uint32_t metaint;  /* bytes of sound in a block */
    uint32_t capacity; /* blocks */
    size_t sound_size;
};

static void truth_open(struct truth *truth, const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        exit(2);
    }
    const uint8_t *header = mmap(NULL, TRUTH_PAGE, PROT_READ, MAP_SHARED, fd, 0);
    if (header == MAP_FAILED || memcmp(header, TRUTH_MAGIC, 8) != 0) {
        fprintf(stderr, "%s is no truth file\n", path);
        exit(2);
    }
    truth->header = header;
    memcpy(&truth->metaint, header + 8, 4);
    memcpy(&truth->capacity, header + 12, 4);
    truth->sound_size = (size_t)truth->metaint * truth->capacity;
    size_t titles_size = (size_t)truth->capacity * TRUTH_PAGE;
    truth->titles = mmap(NULL, titles_size, PROT_READ, MAP_SHARED, fd, TRUTH_PAGE);
    uint8_t *room = mmap(NULL, 2 * truth->sound_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    off_t at = (off_t)(TRUTH_PAGE + titles_size);
    int flags = MAP_SHARED | MAP_FIXED;
    if (truth->titles == MAP_FAILED || room == MAP_FAILED ||
        mmap(room, truth->sound_size, PROT_READ, flags, fd, at) == MAP_FAILED ||
        mmap(room + truth->sound_size, truth->sound_size, PROT_READ, flags, fd, at) == MAP_FAILED) {
        perror("mmap of the truth");
        exit(2);
    }
    truth->sound = room;
    close(fd);
}

/* How many blocks have gone out since the beginning. */
static inline uint64_t truth_count(const struct truth *truth) {
    return __atomic_load_n((const volatile uint64_t *)(truth->header + 16), __ATOMIC_ACQUIRE);
}

/* The sound from a byte of the whole stream on: as far as a whole ring of it lies there in one piece. */
static inline const uint8_t *truth_sound(const struct truth *truth, uint64_t byte) {
    return truth->sound + byte % truth->sound_size;
}

/* The metadata that announces a block's title; its size in bytes. */
static inline const uint8_t *truth_title(const struct truth *truth, uint64_t block, uint32_t *size) {
    const uint8_t *slot = truth->titles + (block % truth->capacity) * TRUTH_PAGE;
    uint16_t length;
    memcpy(&length, slot, 2);
    *size = length;
    return slot + 2;
}

/* Whether a block has another title than the one before it. */
static inline int truth_changes(const struct truth *truth, uint64_t block) {
    uint32_t size, before_size;
    const uint8_t *title = truth_title(truth, block, &size);
    const uint8_t *before = truth_title(truth, block + truth->capacity - 1, &before_size);
    return size != before_size || memcmp(title, before, size) != 0;
}

#endif
