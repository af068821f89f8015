#include "task/toml_table.h"

#include "base/quantity.h"
#include "task/errors.h"

namespace penstock::task {

void Problems::add(ErrorCode code, const toml::source_region& where, std::string_view text,
                   std::string remedy) {
    const auto line = where.begin.line;
    const std::string place =
        line == 0 ? file_.string() : fmt::format("{} line {}", file_.string(), line);
    add(Error{ErrorKind::refused, code, fmt::format("{}: {}", place, text), std::move(remedy)});
}

void Problems::add(Error error) {
    // A mistyped key is also a missing one, and may make others contradict: the typing error is
    // what the user must hear of.
    const bool mistyped = error.code == error_unknown_key;
    if (!first_ || (mistyped && first_->code != error_unknown_key)) first_ = std::move(error);
}

std::string TomlTable::text(std::string_view key, std::string fallback) {
    const toml::node* const node = take(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::string>();
    if (!value) {
        wrong_type(key, "a text in quotes");
    } else if (value->empty()) {
        refuse(key, "is empty", "give a value, or leave the key out");
    } else {
        return *value;
    }
    return fallback;
}

std::string TomlTable::required_text(std::string_view key, std::string_view example) {
    if (!has(key)) require(key, fmt::format("{} = \"{}\"", key, example));
    return text(key);
}

bool TomlTable::boolean(std::string_view key, bool fallback) {
    const toml::node* const node = take(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<bool>();
    if (!value) wrong_type(key, "true or false");
    return value.value_or(fallback);
}

std::uint64_t TomlTable::number(std::string_view key, std::uint64_t fallback, std::uint64_t low,
                                std::uint64_t high) {
    const toml::node* const node = take(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (!value) {
        wrong_type(key, "a whole number without quotes");
        return fallback;
    }
    const auto number = static_cast<std::uint64_t>(*value);
    if (*value >= 0 && number >= low && number <= high) return number;
    refuse(key, fmt::format("is {}", *value), fmt::format("use a number from {} to {}", low, high));
    return fallback;
}

std::uint64_t TomlTable::size_bytes(std::string_view key, std::uint64_t fallback, std::uint64_t low,
                                    std::uint64_t high) {
    const auto value = quantity(key, "a size in quotes, such as \"1MiB\"");
    if (!value) return fallback;
    const Result<std::uint64_t> bytes = base::parse_size_bytes(*value);
    if (!bytes) {
        refuse(key, bytes.error().text, bytes.error().remedy);
        return fallback;
    }
    if (*bytes >= low && *bytes <= high) return *bytes;
    refuse(key, fmt::format("is \"{}\"", *value),
           fmt::format("use a size from {} to {}", base::format_size(static_cast<double>(low)),
                       base::format_size(static_cast<double>(high))));
    return fallback;
}

std::chrono::milliseconds TomlTable::duration(std::string_view key,
                                              std::chrono::milliseconds fallback,
                                              std::chrono::seconds high) {
    const auto value = quantity(key, "a duration in quotes, such as \"30s\"");
    if (!value) return fallback;
    const Result<std::chrono::milliseconds> parsed = base::parse_duration(*value);
    if (!parsed) {
        refuse(key, parsed.error().text, parsed.error().remedy);
        return fallback;
    }
    if (*parsed > std::chrono::milliseconds::zero() && *parsed <= high) return *parsed;
    refuse(key, fmt::format("is \"{}\"", *value),
           fmt::format("use more than 0 and at most {}", base::format_duration(high)));
    return fallback;
}

std::vector<std::string> TomlTable::list(std::string_view key, std::string_view example) {
    const toml::node* const node = take(key);
    std::vector<std::string> values;
    if (node == nullptr) return values;
    const toml::array* const array = node->as_array();
    if (array == nullptr) {
        wrong_type(key, fmt::format("a list, such as {}", example));
        return values;
    }
    for (const toml::node& item : *array) {
        const auto value = item.value_exact<std::string>();
        if (!value || value->empty()) {
            refuse(key, "has an item that is not a text in quotes",
                   fmt::format("write {}", example));
        } else if (std::find(values.begin(), values.end(), *value) != values.end()) {
            refuse(key, fmt::format("names \"{}\" twice", *value), "name it once");
        } else {
            values.push_back(*value);
        }
    }
    return values;
}

TomlTable TomlTable::table(std::string_view key) {
    const toml::node* const node = take(key);
    if (node != nullptr && !node->is_table()) wrong_type(key, "a table");
    return TomlTable(node == nullptr ? nullptr : node->as_table(), full_name(key), problems_);
}

void TomlTable::finish() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        const auto near = nearest(key.str(), known_);
        problems_.add(error_unknown_key, key.source(),
                      fmt::format("unknown key \"{}\"{}", key.str(), in_table()),
                      near ? fmt::format("did you mean \"{}\"?", *near)
                           : fmt::format("the known keys are {}", fmt::join(known_, ", ")));
    }
}

void TomlTable::refuse(std::string_view key, std::string_view why, std::string remedy) {
    problems_.add(error_bad_value, where(key), fmt::format("{}: {}", full_name(key), why),
                  std::move(remedy));
}

void TomlTable::refuse_choice(std::string_view key, std::string_view value,
                              const std::vector<std::string_view>& words) {
    const auto near = nearest(value, words);
    refuse(key, fmt::format("\"{}\" is not one of the choices", value),
           (near ? fmt::format("did you mean \"{}\"? ", *near) : std::string()) +
               fmt::format("the choices are {}", fmt::join(words, ", ")));
}

void TomlTable::contradict(std::string_view key, std::string_view text, std::string remedy) {
    problems_.add(error_contradiction, where(key), text, std::move(remedy));
}

void TomlTable::require(std::string_view key, std::string_view example) {
    problems_.add(error_missing_key, where({}), fmt::format("\"{}\" is missing{}", key, in_table()),
                  fmt::format("add {}", example));
}

const toml::node* TomlTable::take(std::string_view key) {
    known_.push_back(key);
    return table_ == nullptr ? nullptr : table_->get(key);
}

std::optional<std::string> TomlTable::quantity(std::string_view key, std::string_view expected) {
    const toml::node* const node = take(key);
    if (node == nullptr) return std::nullopt;
    auto value = node->value_exact<std::string>();
    if (!value) wrong_type(key, expected);
    return value;
}

void TomlTable::wrong_type(std::string_view key, std::string_view expected) {
    refuse(key, "has the wrong type", fmt::format("write {}", expected));
}

toml::source_region TomlTable::where(std::string_view key) const {
    if (table_ == nullptr) return {};
    const toml::node* const node = table_->get(key);
    return node == nullptr ? table_->source() : node->source();
}

std::string TomlTable::full_name(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::string TomlTable::in_table() const {
    return path_.empty() ? std::string() : fmt::format(" in [{}]", path_);
}

}  // namespace penstock::task
