using System.Text;
using LlmSpell.Backup;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Repl.History;

/// <summary>
/// The history between sessions: one input a line, with <c>\n</c> and <c>\\</c> for the line ends and backslashes in it. Several sessions
/// may use one file: whoever reads and writes it holds its lock for that moment.
/// </summary>
/// <param name="path">The file, absolute.</param>
/// <param name="clock">The time.</param>
/// <param name="warn">Told once what is wrong with the file; a history that cannot be kept stops nobody.</param>
internal sealed class HistoryFile(string path, TimeProvider clock, Action<string> warn)
{
    // Longer ones stay in the session: they are data, pasted.
    private const int MaxEntryBytes = 16 * 1024;
    private const int MaxFileBytes = 16 * 1024 * 1024;
    private const int Attempts = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private bool _isBroken;

    /// <summary>The inputs of earlier sessions. Brings a file that has grown back to its size.</summary>
    public HistoryList Load()
    {
        var history = new HistoryList();
        if (!File.Exists(path))
        {
            return history;
        }

        Try(() =>
        {
            using FileStream file = Open();
            if (file.Length > MaxFileBytes)
            {
                throw new IOException($"it has {file.Length} bytes, more than a history has");
            }

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            string[] lines = Utf8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (string line in lines)
            {
                history.Add(Unescape(line));
            }

            if (lines.Length > history.Count)
            {
                Rewrite(file, history);
            }
        });
        return history;
    }

    public void Append(string entry)
    {
        byte[] line = Utf8.GetBytes(Escape(entry) + "\n");
        if (line.Length > MaxEntryBytes)
        {
            return;
        }

        Try(() =>
        {
            using FileStream file = Open();
            file.Seek(0, SeekOrigin.End);
            file.Write(line);
        });
    }

    // In place: another session may wait for this very file, and would write into one that a rename has replaced.
    private static void Rewrite(FileStream file, HistoryList history)
    {
        var text = new StringBuilder();
        for (int index = 0; index < history.Count; index++)
        {
            text.Append(Escape(history[index])).Append('\n');
        }

        byte[] bytes = Utf8.GetBytes(text.ToString());
        file.Seek(0, SeekOrigin.Begin);
        file.Write(bytes);
        file.SetLength(bytes.Length);
    }

    private FileStream Open()
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
#pragma warning disable RS0030 // Nothing is lost with it, and other sessions need to find the very same file.
                return new FileStream(path, options);
#pragma warning restore RS0030
            }
            catch (IOException problem) when (attempt < Attempts && FileFailure.IsHeldByOther(problem))
            {
                // Another session holds it, for the time of one write.
                Task.Delay(Pause, clock).GetAwaiter().GetResult();
            }
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void Try(Action action)
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _isBroken = true;
            warn($"the history is not kept: {path}: {IoReason.Of(problem)}");
        }
    }

    private static string Escape(string entry) =>
        entry.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Unescape(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal))
        {
            return line;
        }

        var entry = new StringBuilder(line.Length);
        for (int index = 0; index < line.Length; index++)
        {
            if (line[index] == '\\' && index + 1 < line.Length)
            {
                index++;
                entry.Append(line[index] == 'n' ? '\n' : line[index]);
            }
            else
            {
                entry.Append(line[index]);
            }
        }

        return entry.ToString();
    }
}
