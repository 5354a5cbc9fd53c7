namespace LlmSpell.Backup;

/// <summary>The names of depths in files, and for people.</summary>
internal static class DepthNames
{
    internal static string Of(ValidationDepth depth) => depth switch
    {
        ValidationDepth.Present => "present",
        ValidationDepth.Readable => "readable",
        ValidationDepth.Restored => "restored",
        _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "This depth is not known."),
    };

    internal static bool TryParse(string text, out ValidationDepth depth)
    {
        (depth, bool known) = text switch
        {
            "present" => (ValidationDepth.Present, true),
            "readable" => (ValidationDepth.Readable, true),
            "restored" => (ValidationDepth.Restored, true),
            _ => (default, false),
        };
        return known;
    }
}
