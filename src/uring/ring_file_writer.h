// RingFileWriter: a FileWriter over io_uring: a write and a linked fdatasync in one submission.
// Blocks in the memory named by use_memory() are written from buffers registered with the kernel,
// which need not be looked up and pinned for each write; where the limit on locked memory forbids
// that, they are written like all others. The Ring must outlive it; not busy when destroyed.
#pragma once

#include "uring/file_writer.h"
#include "uring/ring.h"

namespace penstock::uring {

class RingFileWriter final : public FileWriter {
public:
    explicit RingFileWriter(Ring& ring);
    ~RingFileWriter() override;

    void start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) override;
    [[nodiscard]] bool busy() const override { return pending_ > 0; }
    [[nodiscard]] Result<void> wait() override;
    void use_memory(base::Bytes memory) override;
    void forget_memory() override;

private:
    struct Part final : Completion {
        explicit Part(RingFileWriter& owner_writer) : owner(owner_writer) {}
        void complete(int outcome, std::uint32_t) override {
            result = outcome;
            owner.part_done();
        }
        RingFileWriter& owner;
        int result = 0;
    };

    [[nodiscard]] bool is_registered(base::Bytes bytes) const;
    void submit_rest();
    void part_done();

    Ring& ring_;
    Part write_{*this};
    Part sync_{*this};
    base::Bytes registered_;
    int pending_ = 0;  // parts the kernel still has
    std::uint64_t blocks_started_ = 0;
    int fd_ = -1;
    std::uint64_t offset_ = 0;
    base::Bytes rest_;
    Done done_;
};

}  // namespace penstock::uring
