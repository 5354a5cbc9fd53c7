using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests;

/// <summary>docs/format.md shows the golden files, and the limits that the code has.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "format.md")).ReplaceLineEndings("\n");

    [Fact]
    public void The_examples_are_the_golden_files()
    {
        MatchCollection examples = Example().Matches(Page);

        Assert.Equal(4, examples.Count);
        foreach (Match example in examples)
        {
            string file = example.Groups["file"].Value;
            byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", file));
            Assert.Equal(file.EndsWith(".json", StringComparison.Ordinal) ? Encoding.UTF8.GetString(bytes) : Dump(bytes), example.Groups["content"].Value);
        }
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        Dictionary<string, long> limits = new()
        {
            ["bytes of a sealed JSON file"] = SealedJson.MaxBytes,
            ["layers of a manifest"] = ManifestLimits.MaxLayers,
            ["bytes of a description"] = ManifestLimits.MaxDescriptionBytes,
            ["bytes of a reason"] = ManifestLimits.MaxReasonBytes,
            ["bytes of `tool`"] = ManifestLimits.MaxToolBytes,
            ["labels"] = ManifestLimits.MaxLabels,
            ["bytes of a label's name"] = ManifestLimits.MaxLabelNameBytes,
            ["bytes of a label's value"] = ManifestLimits.MaxLabelValueBytes,
            ["bytes of a layer's data, and of its records"] = LayerLimits.MaxLayerBytes,
            ["blocks of a layer"] = LayerLimits.MaxBlocks,
            ["bytes of an index"] = LayerLimits.MaxIndexBytes,
            ["bytes of a block with several records"] = LayerLimits.MaxBlockBytes,
            ["bytes of a record"] = LayerLimits.MaxRecordBytes,
            ["bytes of a value"] = StateValue.MaxBytes,
        };
        Dictionary<string, long> documented = Limit().Matches(Page[Page.IndexOf("## Limits", StringComparison.Ordinal)..])
            .ToDictionary(row => row.Groups["name"].Value, row => long.Parse(row.Groups["value"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));

        Assert.Equal(limits.OrderBy(limit => limit.Key, StringComparer.Ordinal), documented.OrderBy(limit => limit.Key, StringComparer.Ordinal));
    }

    private static string Dump(byte[] bytes)
    {
        StringBuilder dump = new();
        for (int start = 0; start < bytes.Length; start += 16)
        {
            byte[] row = bytes[start..Math.Min(bytes.Length, start + 16)];
            string hex = string.Join(' ', row.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
            string text = string.Concat(row.Select(b => b is >= 0x20 and < 0x7F ? (char)b : '.'));
            dump.Append($"{start:x4}  {hex,-47}  {text}".TrimEnd()).Append('\n');
        }

        return dump.ToString();
    }

    [GeneratedRegex(@"<!-- golden: (?<file>\S+) -->\n```\n(?<content>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| (?<name>[^|]+) \| (?<value>[0-9,]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Limit();
}
