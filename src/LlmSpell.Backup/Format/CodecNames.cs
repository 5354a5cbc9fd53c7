using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The names of codecs in files.</summary>
internal static class CodecNames
{
    internal static string Of(LayerCodec codec) => codec switch
    {
        LayerCodec.None => "none",
        LayerCodec.Zstd => "zstd",
        LayerCodec.Lz4 => "lz4",
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "This codec is not known."),
    };

    internal static bool TryParse(string text, out LayerCodec codec)
    {
        (codec, bool known) = text switch
        {
            "none" => (LayerCodec.None, true),
            "zstd" => (LayerCodec.Zstd, true),
            "lz4" => (LayerCodec.Lz4, true),
            _ => (default, false),
        };
        return known;
    }

    internal static StateUnsupportedException Unknown(string file, string codec) => new(
        $"{file} has a layer compressed with \"{codec}\", which this version does not know",
        "Use the version of llmspell that wrote it, or a newer one.");
}
