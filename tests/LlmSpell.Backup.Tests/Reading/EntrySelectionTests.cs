using System.Text;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Reading;

public sealed class EntrySelectionTests
{
    [Theory]
    [InlineData("agent:a", "", "agent:a", "x", true)]
    [InlineData("agent:a", "", "agent:ab", "x", false)]
    [InlineData("agent:*", "", "agent:ab", "x", true)]
    [InlineData("agent:*", "", "agent", "x", false)]
    [InlineData("agent:*", "con", "agent:b", "config", true)]
    [InlineData("agent:*", "con", "agent:b", "cone", true)]
    [InlineData("agent:*", "con", "agent:b", "c", false)]
    [InlineData("*", "con", "any", "con", true)]
    [InlineData("ü*", "", "übung", "x", true)]
    public void It_takes_scopes_by_name_or_beginning_and_keys_by_beginning(string pattern, string prefix, string scope, string key, bool taken)
    {
        EntrySelection selection = EntrySelection.Of([pattern], [prefix]);
        Assert.Equal(taken, selection.Takes(Encoding.UTF8.GetBytes(scope), Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void Nothing_named_and_a_bare_star_are_everything()
    {
        Assert.True(EntrySelection.Of([], []).TakesAll);
        Assert.True(EntrySelection.Of(["a", "*"], ["b", ""]).TakesAll);
        Assert.False(EntrySelection.Of([], ["b"]).TakesAll);
        Assert.Equal("everything", EntrySelection.All.ToString());
        Assert.Equal("scope agent:*, x, keys con*", EntrySelection.Of(["agent:*", "x"], ["con"]).ToString());
    }

    [Theory]
    [InlineData("a*b")]
    [InlineData("*:a")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_scope_that_none_can_have_is_refused(string scope) => Assert.Throws<ArgumentException>(() => EntrySelection.Of([scope], []));

    [Fact]
    public void In_one_scope_a_star_is_a_character()
    {
        EntrySelection selection = EntrySelection.OfScope("a*", "");
        Assert.True(selection.Takes("a*"u8, "k"u8));
        Assert.False(selection.Takes("ab"u8, "k"u8));
    }

    [Fact]
    public void Ranges_hold_all_that_is_taken_in_order_and_without_meeting()
    {
        string[] scopes = ["a", "a:b", "a:b*", "b*", "bc", "c", "z"];
        string[] prefixes = ["", "k", "ka", "m"];
        Random random = new(11);
        for (int round = 0; round < 2000; round++)
        {
            EntrySelection selection = EntrySelection.Of(random.GetItems(scopes, random.Next(4)), random.GetItems(prefixes, random.Next(3)));
            for (int i = 1; i < selection.Ranges.Count; i++)
            {
                KeyBound end = selection.Ranges[i - 1].To!;
                KeyBound from = selection.Ranges[i].From!;
                Assert.True(end.CompareTo(from.Scope.Span, from.Key.Span) < 0, $"round {round}: {selection}");
            }

            foreach (string scope in (string[])["a", "a:", "a:b", "a:bb", "b", "bc", "bd", "c", "d", "z"])
            {
                foreach (string key in (string[])["j", "k", "ka", "kb", "m", "n"])
                {
                    (byte[] s, byte[] k) = (Encoding.UTF8.GetBytes(scope), Encoding.UTF8.GetBytes(key));
                    int holding = selection.Ranges.Count(range => range.Contains(s, k));
                    Assert.True(selection.Takes(s, k) ? holding == 1 : holding <= 1, $"round {round}: {selection}, {scope}/{key}");
                }
            }
        }
    }
}
