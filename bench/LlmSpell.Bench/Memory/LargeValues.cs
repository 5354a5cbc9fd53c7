using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>Values as large as they may be. A quarter of each cannot be compressed, the rest repeats itself: a backup of them has about a quarter of their size.</summary>
internal static class LargeValues
{
    internal const int MaxMiB = StateValue.DefaultMaxBytes >> 20;

    private const int MessagePackHeader = 5;
    private const int Repeated = 1 << 16;

    internal static StateKey Key(int number) => ("tool:render", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"image:{number:d6}"));

    /// <param name="number">Which.</param>
    /// <param name="revision">How often it was changed.</param>
    /// <param name="mebibytes">Of the value as it is stored, 1 to 16.</param>
    internal static StateValue Value(int number, int revision, int mebibytes)
    {
        byte[] content = new byte[(mebibytes << 20) - MessagePackHeader];
        int random = content.Length / 4;
        new Random((number * 31) + revision).NextBytes(content.AsSpan(0, random));
        for (int at = random; at < content.Length; at += Repeated)
        {
            content.AsSpan(0, Math.Min(Repeated, content.Length - at)).CopyTo(content.AsSpan(at));
        }

        return StateValue.From(content);
    }
}
