using System.Text.Json;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Copying;

/// <summary>One of the two states of a copy.</summary>
/// <param name="Backend">The name of its backend.</param>
/// <param name="Location">Where it lies.</param>
/// <param name="Status">What it says of itself.</param>
internal sealed record CopiedState(string Backend, string Location, StoreStatus Status)
{
    public void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartObject(name);
        json.WriteString("backend"u8, Backend);
        json.WriteString("location"u8, Location);
        json.WriteString("store"u8, Status.Store.Value);
        json.WriteNumber("entries"u8, Status.Entries);
        json.WriteString("fingerprint"u8, Status.Fingerprint.ToString());
        json.WriteEndObject();
    }

    public override string ToString() =>
        $"{SafeText.OneLine(Location)} ({Backend}): {Quantities.Count(Status.Entries, "entry", "entries")}, fingerprint {Status.Fingerprint}";
}
