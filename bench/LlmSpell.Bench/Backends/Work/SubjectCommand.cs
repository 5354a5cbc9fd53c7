using System.Globalization;
using System.Text.Json;

namespace LlmSpell.Bench;

/// <summary>
/// One store in a process that does nothing else. The comparison of backends starts itself with this command, sends a line for each thing to do and
/// gets a line of JSON back; the process ends with its input.
/// </summary>
internal static class SubjectCommand
{
    internal const string Name = "backends-store";
    internal const string Fill = "fill";

    /// <summary>How this program starts itself.</summary>
    internal static Command Start(string id, string folder, int entries)
    {
        string program = Environment.ProcessPath ?? throw new ToolException("This program does not know its own path.");
        string[] arguments = [Name, id, folder, entries.ToString(CultureInfo.InvariantCulture)];
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new Command(program, [Path.Combine(AppContext.BaseDirectory, "LlmSpell.Bench.dll"), .. arguments])
            : new Command(program, arguments);
    }

    /// <summary>The line that asks for a step.</summary>
    internal static string Ask(BackendStep step, int round) => string.Create(CultureInfo.InvariantCulture, $"{step} {round}");

    internal static void Run(string[] words)
    {
        using SubjectWork work = new(SubjectList.Find(words[1], words[0]), int.Parse(words[2], CultureInfo.InvariantCulture));
        while (Console.In.ReadLine() is { } line)
        {
            Interruption.ThrowIfRequested();
            Console.Out.WriteLine(Answer(work, line));
            Console.Out.Flush();
        }
    }

    private static string Answer(SubjectWork work, string line)
    {
        if (line == Fill)
        {
            return JsonSerializer.Serialize(work.Fill(), ReportJson.Compact.SubjectFill);
        }

        string[] words = line.Split(' ');
        StepSample sample = work.Run(Enum.Parse<BackendStep>(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture));
        return JsonSerializer.Serialize(sample, ReportJson.Compact.StepSample);
    }
}
