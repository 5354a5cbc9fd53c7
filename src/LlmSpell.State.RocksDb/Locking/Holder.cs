using System.Globalization;
using System.Text.Json;
using LlmSpell.State.RocksDb.Files;

namespace LlmSpell.State.RocksDb.Locking;

/// <summary>The process that has a store open, or had it when it died. Immutable.</summary>
/// <param name="Process">Its id.</param>
/// <param name="Host">The machine.</param>
/// <param name="Command">What was run.</param>
/// <param name="Since">When it opened the store.</param>
/// <param name="Boot">Names the run of the machine's kernel; null where that is not known.</param>
internal sealed record Holder(int Process, string Host, string Command, DateTimeOffset Since, string? Boot)
{
    private const int MaxBytes = 16_384;
    private const int MaxCommand = 200;

    /// <summary>This process.</summary>
    internal static Holder Current(TimeProvider clock)
    {
        string command = string.Join(' ', Environment.GetCommandLineArgs());
        return new Holder(
            Environment.ProcessId,
            Environment.MachineName,
            command.Length <= MaxCommand ? command : command[..MaxCommand] + "…",
            clock.GetUtcNow(),
            ReadBoot());
    }

    /// <summary>What the file says; null if there is none, or none that can be read.</summary>
    internal static Holder? Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length is 0 or > MaxBytes)
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            return new Holder(
                root.GetProperty("pid").GetInt32(),
                root.GetProperty("host").GetString() ?? "",
                root.GetProperty("command").GetString() ?? "",
                root.GetProperty("since").GetDateTimeOffset(),
                root.TryGetProperty("boot", out JsonElement boot) ? boot.GetString() : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    internal void Write(string file)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("pid", Process);
            json.WriteString("host", Host);
            json.WriteString("command", Command);
            json.WriteString("since", Since);
            if (Boot is not null)
            {
                json.WriteString("boot", Boot);
            }

            json.WriteEndObject();
        }

        StoreFile.Write(file, stream.GetBuffer().AsSpan(0, (int)stream.Length), flush: false);
    }

    /// <summary>For messages: <c>process 4711 on host (llmspell run job.lua), since 2026-11-25 12:00:00 UTC</c>.</summary>
    public override string ToString()
    {
        string who = Process == Environment.ProcessId && Host == Environment.MachineName
            ? "this process itself"
            : string.Create(CultureInfo.InvariantCulture, $"process {Process} on {Host} ({Command})");
        return string.Create(CultureInfo.InvariantCulture, $"{who}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
    }

    private static string? ReadBoot()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
