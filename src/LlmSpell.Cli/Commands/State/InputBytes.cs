using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State;

internal static class InputBytes
{
    /// <summary>What people call it.</summary>
    public const string StandardInput = "standard input";

    private const int Chunk = 64 * 1024;

    /// <summary>
    /// Does work that reads standard input, or a file that may be a pipe. A read of a terminal or pipe cannot be cancelled: at an interrupt it stays behind on its
    /// thread, which ends with the process, so the work must hold nothing that has to be given back.
    /// </summary>
    /// <param name="context">The command.</param>
    /// <param name="source">What people call the input.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="work">Reads it.</param>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public static async Task<T> ReadAsync<T>(
        CommandContext context, string source, Func<Stream> open, Func<Stream, CancellationToken, T> work)
    {
        CancellationToken interrupt = context.Interrupt;
        return await Task.Run(
            () =>
            {
                using Stream input = new NamedInput(open(), source);
                return work(input, interrupt);
            },
            CancellationToken.None).WaitAsync(interrupt);
    }

    /// <summary>All of standard input.</summary>
    /// <exception cref="CommandException">It is longer than <paramref name="most"/> bytes.</exception>
    public static Task<byte[]> ReadAllAsync(CommandContext context, long most) => ReadAsync(context, StandardInput, context.Host.OpenInput, (input, interrupt) =>
    {
        using var bytes = new MemoryStream();
        byte[] chunk = new byte[Chunk];
        while (input.Read(chunk) is > 0 and var count)
        {
            interrupt.ThrowIfCancellationRequested();
            bytes.Write(chunk, 0, count);
            if (bytes.Length > most)
            {
                throw new CommandException(
                    ExitCodes.Usage, $"{StandardInput} is longer than {Quantities.Size(most)}",
                    "One value is read from it. `llmspell state import` reads many; runtime.state_persistence.max_state_size_bytes limits each.");
            }
        }

        return bytes.ToArray();
    });
}
