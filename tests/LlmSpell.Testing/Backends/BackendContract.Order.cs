using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void Scan_is_in_the_order_of_utf8_bytes_and_not_of_utf16()
    {
        // UTF-16 sorts U+10000 (a surrogate pair) before U+FFFD; UTF-8 after it.
        foreach (string name in (string[])["\U00010000", "\uFFFD", "z", "é", "Z", "a", "aa", "\u007F", "\u0001", "\uD7FF", "\uE000"])
        {
            Save(("keys", name), "v");
            Save((name, "scopes"), "v");
        }

        List<Entry> entries = StoreContent.Read(Backend);

        Assert.Equal(22, entries.Count);
        Assert.Equal(
            ["\u0001", "Z", "a", "aa", "z", "\u007F", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000"],
            entries.Where(entry => entry.Key.ScopeText == "keys").Select(entry => entry.Key.KeyText));
        Assert.Equal(
            ["\u0001", "Z", "a", "aa", "keys", "z", "\u007F", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000"],
            entries.Select(entry => entry.Key.ScopeText).Distinct());
    }

    [Fact]
    public void A_scope_that_starts_like_another_is_not_part_of_it()
    {
        Save(("user", "1"), "v");
        Save(("user\u0001", "2"), "v");
        Save(("user:7", "3"), "v");
        Save(("use", "r4"), "v");

        using IStateSnapshot snapshot = Backend.OpenSnapshot();

        Assert.Equal(["user/1"], StoreContent.Read(snapshot.Scan(KeyRange.InScope("user"))).Select(entry => entry.Key.ToString()));
    }

    [Theory]
    [InlineData("", 6)]
    [InlineData("a", 4)]
    [InlineData("a/", 2)]
    [InlineData("a/b", 1)]
    [InlineData("\U0010FFFF", 1)]
    [InlineData("x", 0)]
    public void A_prefix_selects_the_keys_that_start_with_it(string prefix, int expected)
    {
        foreach (string key in (string[])["a", "a/b", "a/c", "ab", "b", "\U0010FFFF"])
        {
            Save(("s", key), "v");
        }

        Save(("r", "a"), "v");
        Save(("t", "a"), "v");

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        List<Entry> found = StoreContent.Read(snapshot.Scan(KeyRange.WithPrefix("s"u8, Bytes(prefix))));

        Assert.Equal(expected, found.Count);
        Assert.All(found, entry => Assert.True(entry.Key.ScopeText == "s" && entry.Key.KeyText.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void Ranges_include_their_start_exclude_their_end_and_may_be_empty()
    {
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            Save(("s", name), "v");
        }

        KeyBound b = new(Bytes("s"), Bytes("b"));
        KeyBound d = new(Bytes("s"), Bytes("d"));

        using IStateSnapshot snapshot = Backend.OpenSnapshot();

        Assert.Equal(["s/b", "s/c"], StoreContent.Read(snapshot.Scan(new KeyRange(b, d))).Select(entry => entry.Key.ToString()));
        Assert.Equal(["s/a"], StoreContent.Read(snapshot.Scan(new KeyRange(null, b))).Select(entry => entry.Key.ToString()));
        Assert.Equal(["s/d"], StoreContent.Read(snapshot.Scan(new KeyRange(d, null))).Select(entry => entry.Key.ToString()));
        Assert.Empty(StoreContent.Read(snapshot.Scan(new KeyRange(d, b))));
        Assert.Empty(StoreContent.Read(snapshot.Scan(new KeyRange(b, b))));
    }

    [Fact]
    public void A_cursor_stays_at_its_end_and_refuses_to_be_read_off_a_row()
    {
        Save(("s", "k"), "v");
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);

        Assert.Throws<InvalidOperationException>(() => cursor.ModifiedAt);
        Assert.True(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.ModifiedAt);
    }
}
