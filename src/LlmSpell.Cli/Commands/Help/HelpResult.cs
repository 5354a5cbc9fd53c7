using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Help;

/// <summary>A page of help as an answer.</summary>
internal sealed record HelpResult(HelpPage Page) : ICommandResult
{
    private const int WidestText = 100;
    private const int NarrowestText = 40;
    private const int WidestTerm = 32;

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, Page.Name);
        json.WriteString("description"u8, Page.Description);
        json.WriteString("usage"u8, Page.Usage);
        json.WriteStartArray("sections"u8);
        foreach (HelpSection section in Page.Sections)
        {
            json.WriteStartObject();
            json.WriteString("heading"u8, section.Heading);
            json.WriteStartArray("entries"u8);
            foreach (HelpEntry entry in section.Entries)
            {
                WritePair(json, "term"u8, entry.Term, "description"u8, entry.Description);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("examples"u8);
        foreach (Example example in Page.Examples)
        {
            WritePair(json, "line"u8, example.Line, "meaning"u8, example.Meaning);
        }

        json.WriteEndArray();
        JsonText.WriteList(json, "see_also"u8, Page.SeeAlso);
    }

    public void WriteText(TextOutput text)
    {
        int width = Math.Clamp(text.Width ?? WidestText, NarrowestText, WidestText);
        WriteWrapped(text, Page.Description, width, "");
        if (Page.Usage is { } usage)
        {
            text.Line();
            text.Heading("Usage:");
            text.Line($"  {usage}");
        }

        foreach (HelpSection section in Page.Sections)
        {
            text.Line();
            text.Heading($"{section.Heading}:");
            WriteEntries(text, section.Entries, width);
        }

        if (Page.Examples.Count > 0)
        {
            text.Line();
            text.Heading("Examples:");
            foreach (Example example in Page.Examples)
            {
                WriteWrapped(text, $"# {example.Meaning}", width, "  ");
                text.Line($"  {example.Line}");
            }
        }

        if (Page.SeeAlso.Count > 0)
        {
            text.Line();
            text.Heading("See also:");
            WriteWrapped(text, string.Join(", ", Page.SeeAlso.Select(name => name.Replace(' ', '\u00a0'))), width, "  ");
        }
    }

    private static void WriteEntries(TextOutput text, IReadOnlyList<HelpEntry> entries, int width)
    {
        int terms = entries.Where(entry => entry.Term.Length <= WidestTerm).Select(entry => entry.Term.Length).DefaultIfEmpty(WidestTerm).Max();
        string indent = new(' ', terms + 4);
        foreach (HelpEntry entry in entries)
        {
            string[] lines = [.. WordWrap.Lines(entry.Description, width - indent.Length)];
            bool isLong = entry.Term.Length > terms;
            if (isLong)
            {
                text.Line($"  {entry.Term}");
            }

            for (int index = 0; index < lines.Length; index++)
            {
                text.Line(index == 0 && !isLong ? $"  {entry.Term.PadRight(terms)}  {lines[0]}" : indent + lines[index]);
            }
        }
    }

    private static void WriteWrapped(TextOutput text, string paragraph, int width, string indent)
    {
        foreach (string line in WordWrap.Lines(paragraph, width - indent.Length))
        {
            text.Line(indent + line.Replace('\u00a0', ' '));
        }
    }

    private static void WritePair(Utf8JsonWriter json, ReadOnlySpan<byte> firstName, string first, ReadOnlySpan<byte> secondName, string second)
    {
        json.WriteStartObject();
        json.WriteString(firstName, first);
        json.WriteString(secondName, second);
        json.WriteEndObject();
    }
}
