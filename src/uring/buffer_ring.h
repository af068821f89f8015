// BufferRing: receive buffers provided to the kernel, which picks one per piece it receives.
//
// One thread, that of the Ring, which must outlive it. A buffer belongs to the kernel until a
// completion names it, then to the caller until give_back(). No operation may be pending on the
// group when it is destroyed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "penstock/result.h"
#include "uring/ring.h"

struct io_uring_buf_ring;

namespace penstock::uring {

class BufferRing {
public:
    static constexpr unsigned buffer_count = 32;  // a power of two
    static constexpr std::size_t buffer_bytes = 128 * 1024;

    [[nodiscard]] static Result<std::unique_ptr<BufferRing>> create(Ring& ring);
    ~BufferRing();
    BufferRing(const BufferRing&) = delete;
    BufferRing& operator=(const BufferRing&) = delete;

    [[nodiscard]] base::Bytes view(unsigned buffer, std::size_t size) const;
    void give_back(unsigned buffer);

    [[nodiscard]] static constexpr std::uint16_t group() { return 0; }

private:
    struct Memory;

    BufferRing(Ring& ring, std::unique_ptr<Memory> memory);
    void provide(unsigned buffer);

    Ring& ring_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace penstock::uring
