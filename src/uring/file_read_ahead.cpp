#include "uring/file_read_ahead.h"

#include <liburing.h>

#include <cerrno>

#include "uring/errors.h"

namespace penstock::uring {
namespace {

constexpr std::chrono::seconds turn_patience{60};

}  // namespace

FileReadAhead::FileReadAhead(Ring& ring, const Waker& waker, int file, std::uint64_t offset)
    : ring_(ring), waker_(waker), file_(file), offset_(offset), ask_from_(offset) {
    for (Read& read : reads_) {
        read.memory = std::make_unique_for_overwrite<std::uint8_t[]>(read_bytes);
    }
}

// The kernel must have let go of the memory.
FileReadAhead::~FileReadAhead() {
    for (const Read& read : reads_) {
        while (read.pending) {
            static_cast<void>(ring_.turn(std::chrono::steady_clock::now() + turn_patience));
        }
    }
}

Result<Received> FileReadAhead::receive(std::chrono::milliseconds) {
    while (true) {
        if (waker_.woken()) return Received{ReceiveOutcome::woken, {}};
        read_ahead();
        Read& read = reads_[next_];
        while (read.pending) {
            PENSTOCK_TRY(ring_.turn(std::chrono::steady_clock::now() + turn_patience));
        }
        if (!read.wanted) continue;  // asked for at an offset that turned out wrong
        read.wanted = false;
        if (read.result == -EINTR || read.result == -EAGAIN) {
            for (Read& later : reads_) later.wanted = false;
            ask_from_ = offset_;
            continue;
        }
        if (read.result < 0) {
            return tl::unexpected<Error>(
                system_error(ErrorKind::transient, error_file_read, "read", -read.result));
        }
        const auto size = static_cast<std::size_t>(read.result);
        if (size < read_bytes) {
            for (Read& later : reads_) later.wanted = false;
            ask_from_ = offset_ + size;
        }
        if (size == 0) return Received{ReceiveOutcome::end, {}};
        offset_ += size;
        next_ = (next_ + 1) % reads_.size();
        return Received{ReceiveOutcome::bytes, base::Bytes{read.memory.get(), size}};
    }
}

bool FileReadAhead::has_more() const {
    const Read& read = reads_[next_];
    return read.wanted && (read.pending || read.result > 0);
}

// In the order of their turns.
void FileReadAhead::read_ahead() {
    for (std::size_t i = 0; i < reads_.size(); ++i) {
        Read& read = reads_[(next_ + i) % reads_.size()];
        if (read.wanted) continue;
        if (read.pending) break;  // of no use any more, but the kernel still writes to its memory
        start(read);
    }
    ring_.submit();
}

void FileReadAhead::start(Read& read) {
    read.offset = ask_from_;
    read.pending = true;
    read.wanted = true;
    ask_from_ += read_bytes;
    io_uring_sqe* const entry = ring_.prepare(read);
    io_uring_prep_read(entry, file_, read.memory.get(), read_bytes, read.offset);
}

}  // namespace penstock::uring
