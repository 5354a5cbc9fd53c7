using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmSpell.Bench;

/// <summary>The process that has one of the compared stores, as the comparison sees it.</summary>
internal sealed class SubjectProcess : IDisposable
{
    private const int ErrorCharacters = 600;

    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Command _command;
    private readonly Task<string> _error;

    internal SubjectProcess(Subject subject, string folder, int entries)
    {
        Subject = subject;
        _command = SubjectCommand.Start(subject.Id, folder, entries);
        _process = Process.Start(_command.ToStartInfo()) ?? throw new ToolException($"`{_command}` did not start.");
        _error = _process.StandardError.ReadToEndAsync();
    }

    internal Subject Subject { get; }

    internal SubjectFill Fill() => Ask(SubjectCommand.Fill, ReportJson.Compact.SubjectFill);

    internal StepSample Run(BackendStep step, int round) => Ask(SubjectCommand.Ask(step, round), ReportJson.Compact.StepSample);

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and did not read what was sent last.
        }

        if (!_process.WaitForExit(EndLimit))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <exception cref="ToolException">The process ended instead of answering.</exception>
    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    private T Ask<T>(string line, JsonTypeInfo<T> type)
    {
        Interruption.ThrowIfRequested();
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended: what it said of that is below.
        }

        if (_process.StandardOutput.ReadLine() is { } answer)
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new ToolException($"`{_command}` answered nothing to \"{line}\".");
        }

        _process.WaitForExit();
        Interruption.ThrowIfRequested();
        string said = _error.Result.Trim();
        throw new ToolException(
            $"`{_command}` ended with {_process.ExitCode} at \"{line}\": {(said.Length <= ErrorCharacters ? said : said[..ErrorCharacters] + "…")}");
    }
}
