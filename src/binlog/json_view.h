// JsonView: one value of a JSON document in its binary form, borrowed and checked as it is read.
//
// A document is walked from parse() by element() and name(): nothing is copied or allocated.
// Elements are found by offsets, which in hostile bytes may point many containers at the same
// value; so a walk over a whole document keeps a JsonWalk, which bounds its work by the document's
// size. Source: mysql-9.7 sql-common/json_binary.{h,cc}. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "binlog/json_value.h"

namespace penstock::binlog {

class JsonView {
public:
    // nullopt: not a JSON document. No bytes at all are the document null, as on the server.
    [[nodiscard]] static std::optional<JsonView> parse(base::Bytes document);

    [[nodiscard]] JsonType type() const { return type_; }
    [[nodiscard]] bool is_container() const {
        return type_ == JsonType::array || type_ == JsonType::object;
    }

    // Each of its own type only.
    [[nodiscard]] bool boolean() const { return number_ != 0; }
    [[nodiscard]] std::int64_t integer() const { return static_cast<std::int64_t>(number_); }
    [[nodiscard]] std::uint64_t unsigned_integer() const { return number_; }
    [[nodiscard]] double real() const;
    // Of an opaque value.
    [[nodiscard]] ColumnType opaque_type() const { return opaque_type_; }
    // Of a string, in UTF-8, and of an opaque value.
    [[nodiscard]] base::Bytes bytes() const { return bytes_; }

    // Elements of an array, members of an object; 0 of anything else.
    [[nodiscard]] std::size_t size() const { return count_; }
    // `index` is below size(). nullopt: the bytes are no such value.
    [[nodiscard]] std::optional<JsonView> element(std::size_t index) const;
    [[nodiscard]] std::optional<std::string_view> name(std::size_t index) const;

private:
    friend class JsonWalk;

    [[nodiscard]] static std::optional<JsonView> read(std::uint8_t tag, base::Bytes from);
    [[nodiscard]] bool read_container(JsonType type, bool large, base::Bytes from);
    [[nodiscard]] bool read_bytes(base::Bytes from);

    JsonType type_ = JsonType::null;
    ColumnType opaque_type_ = ColumnType::null;
    bool large_ = false;
    std::uint32_t count_ = 0;
    std::uint64_t number_ = 0;
    base::Bytes bytes_;  // of a container: all of it
};

// Bounds one walk over all values of a document. Values of a sound document don't overlap: what
// their own bytes add up to is at most the document. enter() every value, leave() every container.
class JsonWalk {
public:
    explicit JsonWalk(base::Bytes document) : bytes_left_(document.size() + 1) {}

    // False: the values overlap, or are nested deeper than json_depth_max.
    [[nodiscard]] bool enter(const JsonView& value);
    void leave() { --depth_; }

private:
    std::size_t bytes_left_;
    unsigned depth_ = 0;
};

// The document as a tree. Error: the bytes are no JSON document, or members are out of order.
[[nodiscard]] Result<JsonValue> decode_json(base::Bytes document);

[[nodiscard]] tl::unexpected<Error> not_json(std::string_view reason);

}  // namespace penstock::binlog
