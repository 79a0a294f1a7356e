using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Gateway.LoadTest.Publish;

/// <summary><c>POST /publish</c> with a batch; the next one is sent after the response to the last.</summary>
internal sealed class HttpPublisher : IPublisher
{
    private readonly HttpClient _http = new();
    private readonly Uri _url;

    public HttpPublisher(Uri url, string token)
    {
        _url = url;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task PublishAsync(PublishPlan plan, long first, int count, CancellationToken cancellation)
    {
        var messages = new StringBuilder("{\"messages\":[");
        for (var n = first; n < first + count; n++)
        {
            if (n > first) messages.Append(',');
            messages.Append("{\"target\":\"").Append(plan.Target(n % plan.Keys)).Append("\",").Append(plan.Message(n, Stopwatch.GetTimestamp()).AsSpan(1));
        }

        using var body = new StringContent(messages.Append("]}").ToString(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(_url, body, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
