using System.Text.Json;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Reads lines into a spool, and refuses all of them for a mistake in one.</summary>
/// <param name="source">What people call the input.</param>
/// <param name="filter">Which entries are taken.</param>
/// <param name="needsOrder">Whether entries must come in the order of scope and key.</param>
/// <param name="maxValueBytes">The largest value taken, in bytes of MessagePack.</param>
/// <param name="now">The time of entries that say none, in microseconds since the Unix epoch.</param>
internal sealed class ImportReading(string source, EntryFilter filter, bool needsOrder, int maxValueBytes, long now)
{
    private const int LinesBetweenLooks = 64;

    // A byte of MessagePack may take several of JSON; this is more than any value needs.
    private readonly int _longestLine = (int)Math.Min(Array.MaxLength / 2, (16L * maxValueBytes) + (64 * 1024));
    private readonly AscendingKeys _order = new();

    /// <summary>How many entries the filter left out.</summary>
    public long Skipped { get; private set; }

    /// <exception cref="CommandException">A line is not an entry, with its place.</exception>
    public void Read(Stream input, ImportSpool spool, IProgress<long> progress, CancellationToken interrupt)
    {
        var lines = new LineReader(input, _longestLine);
        using EntryLineReader entry = new(maxValueBytes);
        try
        {
            while (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                if (lines.Number % LinesBetweenLooks == 1)
                {
                    interrupt.ThrowIfCancellationRequested();
                    progress.Report(lines.BytesRead);
                }

                if (lines.Number == 1 && line.StartsWith("\uFEFF"u8))
                {
                    line = line[3..];
                }

                if (!line.ContainsAnyExcept(" \t\r"u8))
                {
                    continue;
                }

                entry.Read(line);
                Take(entry, spool, lines.Number);
            }
        }
        catch (StateValueJsonException error)
        {
            throw Refuse(lines.Number, error.Offset, error.Message);
        }
        catch (JsonException error)
        {
            throw Refuse(lines.Number, error.BytePositionInLine ?? 0, StateValueJson.Plain(error));
        }
        catch (InvalidDataException)
        {
            throw Refuse(lines.Number, 0, $"the line is longer than {Quantities.Size(_longestLine)}");
        }
    }

    private void Take(EntryLineReader entry, ImportSpool spool, long line)
    {
        if (!filter.Takes(entry.Scope, entry.Key))
        {
            Skipped++;
            return;
        }

        if (_order.Problem(entry.Scope, entry.Key) is { } problem)
        {
            spool.MayRepeat = !needsOrder ? true : throw new CommandException(
                ExitCodes.Usage,
                $"{source}, line {line}: {SafeText.OneLine(new StateKey(entry.Scope, entry.Key).ToString())} {problem}; nothing was imported",
                "--replace takes entries in the order of scope and key, each once, as `llmspell state export` writes them. Without --replace they may come in any order.");
        }

        spool.Add(entry.Scope, entry.Key, entry.ModifiedAt ?? now, entry.Value);
    }

    private CommandException Refuse(long line, long offset, string problem) => new(
        ExitCodes.Usage, $"{source}, line {line}, byte {offset + 1}: {SafeText.OneLine(problem)}; nothing was imported",
        "Each line is an entry, as `llmspell state export` writes it: {\"scope\": …, \"key\": …, \"value\": …}.");
}
