using System.Text;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Manual;

/// <summary>Writes a page of help as a page of the manual, in the macros of man(7).</summary>
/// <param name="date">As the foot shows it, <c>2026-03-01</c>.</param>
/// <param name="version">The program's.</param>
internal sealed class ManualPage(string date, string version)
{
    private const int Section = 1;
    private const int LongestLine = 72;

    /// <summary><c>llmspell-backup-create.1</c>.</summary>
    public static string FileName(string command) => $"{PageName(command)}.{Section}";

    /// <param name="page">A command.</param>
    /// <param name="isProgram">Whether it is the page of the whole program, which has the lists that all others refer to.</param>
    public string Format(HelpPage page, bool isProgram)
    {
        var text = new StringBuilder();
        string name = PageName(page.Name);
        Line(text, $".TH {Roff.Argument(name.ToUpperInvariant())} {Section} \"{date}\" {Roff.Argument($"llmspell {version}")} {Roff.Argument("llmspell manual")}");
        Heading(text, "NAME");
        Line(text, $@"{Roff.Text(name)} \- {Roff.Text(page.Description.TrimEnd('.'))}");
        Heading(text, "SYNOPSIS");
        Line(text, $@"\fB{Roff.Text(page.Name)}\fR{Roff.Text(page.Usage![page.Name.Length..])}");
        Heading(text, "DESCRIPTION");
        Paragraph(text, page.Description);
        foreach (HelpSection section in page.Sections)
        {
            Entries(text, section.Heading.ToUpperInvariant(), section.Entries);
        }

        Examples(text, page.Examples);
        ExitStatus(text, isProgram);
        if (isProgram)
        {
            Entries(text, "ENVIRONMENT", HelpTopics.Find(HelpTopics.Environment)!.Sections[0].Entries);
            Entries(text, "FILES", HelpTopics.Find(HelpTopics.Files)!.Sections[0].Entries);
        }

        SeeAlso(text, page, isProgram);
        return text.ToString();
    }

    private static void Examples(StringBuilder text, IReadOnlyList<Example> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        Heading(text, "EXAMPLES");
        foreach (Example example in examples)
        {
            if (example != examples[0])
            {
                Line(text, ".PP");
            }

            Paragraph(text, example.Meaning);
            Line(text, ".PP");
            Line(text, ".RS 4");
            Line(text, ".EX");
            Line(text, Roff.Text(example.Line));
            Line(text, ".EE");
            Line(text, ".RE");
        }
    }

    private static void ExitStatus(StringBuilder text, bool isProgram)
    {
        if (isProgram)
        {
            Entries(text, "EXIT STATUS", HelpTopics.Find(HelpTopics.ExitCodes)!.Sections[0].Entries);
            return;
        }

        Heading(text, "EXIT STATUS");
        Line(text, "0 if it was done; the others are in");
        Line(text, ".BR llmspell (1).");
    }

    private static void SeeAlso(StringBuilder text, HelpPage page, bool isProgram)
    {
        string[] commands = isProgram
            ? [.. page.Sections.Where(section => section.Heading != "Options").SelectMany(section => section.Entries).Select(entry => $"{page.Name} {entry.Term}")]
            : [.. page.SeeAlso.Where(name => !name.StartsWith("llmspell help", StringComparison.Ordinal)).Prepend("llmspell")];
        Heading(text, "SEE ALSO");
        for (int index = 0; index < commands.Length; index++)
        {
            Line(text, $".BR {Roff.Text(PageName(commands[index]))} ({Section}){(index < commands.Length - 1 ? "," : "")}");
        }
    }

    private static void Entries(StringBuilder text, string heading, IReadOnlyList<HelpEntry> entries)
    {
        Heading(text, heading);
        foreach (HelpEntry entry in entries)
        {
            Line(text, ".TP");
            Line(text, $@"\fB{Roff.Text(entry.Term)}\fR");
            Paragraph(text, entry.Description);
        }
    }

    // Input lines of a manual are short by convention; what fills the lines of the output is the reader's width.
    private static void Paragraph(StringBuilder text, string paragraph)
    {
        foreach (string line in WordWrap.Lines(paragraph, LongestLine))
        {
            Line(text, Roff.Text(line));
        }
    }

    private static void Heading(StringBuilder text, string heading) => Line(text, heading.Contains(' ') ? $".SH {Roff.Argument(heading)}" : $".SH {heading}");

    private static string PageName(string command) => command.Replace(' ', '-');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
