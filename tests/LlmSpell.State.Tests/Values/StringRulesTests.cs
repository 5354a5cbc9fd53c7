using System.Text;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State.Tests;

public sealed class StringRulesTests
{
    [Fact]
    public void A_byte_that_is_no_utf8_is_found_wherever_it_stands_in_a_string_of_whatever_length()
    {
        for (int length = 1; length <= 40; length++)
        {
            byte[] text = Encoding.ASCII.GetBytes(new string('a', length));
            Assert.Null(StateValueRules.Problem(Pack(text)));
            Assert.Null(StateValueRules.Problem(PackAmongOthers(text)));
            for (int place = 0; place < length; place++)
            {
                text[place] = 0xFF;
                Assert.Contains("not valid UTF-8", StateValueRules.Problem(Pack(text)), StringComparison.Ordinal);
                Assert.Contains("not valid UTF-8", StateValueRules.Problem(PackAmongOthers(text)), StringComparison.Ordinal);
                text[place] = (byte)'a';
            }
        }
    }

    [Fact]
    public void Text_of_every_length_that_is_not_ascii_is_taken()
    {
        for (int before = 0; before <= 20; before++)
        {
            foreach (string letter in (string[])["é", "鍵", "🎉"])
            {
                Assert.Null(StateValueRules.Problem(Pack(Encoding.UTF8.GetBytes(new string('a', before) + letter))));
                Assert.NotNull(StateValueRules.Problem(Pack(Encoding.UTF8.GetBytes(new string('a', before) + letter)[..^1])));
            }
        }
    }

    private static byte[] Pack(byte[] text)
    {
        using PooledBuffer buffer = new();
        buffer.WriteString(text);
        return buffer.Written.ToArray();
    }

    /// <summary>With so much behind it that more than its own bytes can be looked at, none of which is ASCII.</summary>
    private static byte[] PackAmongOthers(byte[] text) => [0x92, .. Pack(text), 0xC4, 0xFF, .. Enumerable.Repeat((byte)0xFF, 255)];
}
